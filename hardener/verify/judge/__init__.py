"""What was seen before and after, compared; the guilty pass found."""
