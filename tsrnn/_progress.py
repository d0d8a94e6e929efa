"""Progress bars on standard error, for those who ask."""


def progress_bar(iterable=None, *, verbose, **options):
    """Return a tqdm progress bar, or without `verbose` an object that does nothing in its place.

    Even a disabled bar of tqdm starts a thread that outlives it.

    Parameters
    ----------
    iterable : iterable, optional
        What to iterate over.
    verbose : int or bool
    **options
        Of `tqdm.auto.tqdm`.
    """
    if not verbose:
        return _Silence(iterable)
    from tqdm.auto import tqdm

    return tqdm(iterable, **options)


class _Silence:
    """What the package uses of a progress bar, without the bar."""

    def __init__(self, iterable):
        self._iterable = iterable

    def __iter__(self):
        return iter(self._iterable)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return None

    def update(self, n=1):
        """Count `n` steps."""

    def set_postfix(self, *values, **options):
        """Show values."""

    def set_postfix_str(self, text):
        """Show a text."""
