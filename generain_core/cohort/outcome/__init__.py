"""What is to be predicted of samples: two classes, several, a number, or time and event; recognized, checked, refused."""
