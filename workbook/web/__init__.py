"""What the browser meets before Streamlit does."""
