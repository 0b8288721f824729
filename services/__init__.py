"""What the product does: the only home of business rules. Knows neither Slack nor SQL."""

import os

# Its matrices are small: on a busy machine a second thread only waits for the first, and training takes many times as
# long. numpy reads this when it is first imported, which is by a module of this package, whichever it be.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
