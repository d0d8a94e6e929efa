"""What follows from the other attributes of an object, and need not be saved."""


class Rebuilt:
    """Has attributes, in `rebuilt`, that follow from the others: neither saved nor pickled."""

    __slots__ = ("_rebuilt",)

    @property
    def rebuilt(self):
        """Dict, empty again after loading."""
        try:
            return self._rebuilt
        except AttributeError:
            self._rebuilt = {}
            return self._rebuilt

    def __getstate__(self):
        return vars(self).copy()
