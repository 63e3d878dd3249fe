"""The report as a web page: pictures, blocks as HTML, and the frame around the results."""
