"""Define a source or change its definition. Its member never changes: a list cannot pass to another organisation."""

from dataclasses import replace

from sync.core.source import Source
from sync.ports import Sources, StaffRegister
from sync.refusals import InvalidSource, SourceChanged


class DefineSource:
    def __init__(self, sources: Sources, register: StaffRegister) -> None:
        self._sources, self._register = sources, register

    def __call__(self, source: Source, *, expected_version: int | None = None) -> Source:
        """Keep ``source`` as the next version and return it. Saying what is already said changes nothing.

        Raises ``InvalidSource`` for an unknown member, another member than before, or a unit code that points at
        anything but the member's own units; ``SourceChanged`` when ``expected_version`` is not the kept one.
        """
        self.check(source, expected_version=expected_version)
        kept = self._sources.find(source.id)
        version = 0 if kept is None else kept.version
        if kept is not None and replace(source, version=version) == kept:
            return kept
        wanted = replace(source, version=version + 1)
        if not self._sources.put(wanted):
            raise SourceChanged("the source was changed by somebody else at the same time; read it again")
        return wanted

    def check(self, source: Source, *, expected_version: int | None = None) -> None:
        """The same refusals, and nothing is kept."""
        kept = self._sources.find(source.id)
        if expected_version is not None and expected_version != (0 if kept is None else kept.version):
            raise SourceChanged("the source has been changed since it was read; read it again")
        if kept is not None and kept.member != source.member:
            raise InvalidSource("a source stays with its member; define another one", pointer="/member")
        view = self._register.view()
        if not view.id_prefixes(source.member):
            raise InvalidSource(f"there is no member `{source.member}`", pointer="/member")
        for code, unit in source.unit_codes.items():
            if view.member_of_unit(unit) != source.member:
                raise InvalidSource(
                    f"the unit code `{code}` points at `{unit}`, which is no unit of this member", pointer="/unit_codes"
                )
