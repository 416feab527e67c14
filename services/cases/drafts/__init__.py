"""Applications kept before they are filed."""
