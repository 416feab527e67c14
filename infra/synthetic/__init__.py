"""Made-up cases in any number, to see how an installation behaves when it is full. Nobody in them is real."""
