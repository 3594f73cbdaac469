"""What `linkbak report` writes: one HTML file that needs nothing but itself."""
