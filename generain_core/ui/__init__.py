"""What the pages are made of. The only code that imports streamlit besides the pages."""
