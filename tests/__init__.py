"""The tests; a package, so that no installed package of this name comes before it.

What a library says of running without a server is about none of them, and would stand below their closing line.
"""

import logging

logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(
    lambda said: "No runtime" not in said.getMessage()
)
