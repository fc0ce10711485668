"""What tenken is measured with: estates with known defects, and runs side by side with other tools."""
