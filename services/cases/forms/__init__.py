"""Forms: what a form's JSON Schema may say, and how a filled form is checked against it."""
