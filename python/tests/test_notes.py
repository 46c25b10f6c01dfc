"""What an LHE file says beside numbers goes along with events that are read, chosen and written."""

import nearsym as ns

EVENT = """<event npNLO='{n}'>
 1 1 1.5 91.2 0.0075 0.118
 23 1 0 0 0 0 0 0 {n} 91.2 91.2 0 9
<mgrwt>
<rscale> {n} 0.9E+02</rscale>
</mgrwt>
</event>
"""
FILE = """<LesHouchesEvents version="3.0">
<init>
 2212 2212 6500 6500 0 0 247000 247000 -4 1
 1.5 0.01 1.5 1
</init>
{}</LesHouchesEvents>
"""


def written(events, path):
    events.write(path)
    return path.read_text()


def test_chosen_and_joined_events_keep_their_notes(tmp_path):
    path = tmp_path / "events.lhe"
    path.write_text(FILE.format("".join(EVENT.format(n=n) for n in range(5))))
    events = ns.read(path)
    whole = written(events, tmp_path / "whole.lhe")
    assert all(f"<rscale> {n} 0.9E+02</rscale>" in whole for n in range(5))
    few = written(events[[3, 1]], tmp_path / "few.lhe")
    assert few.index("<rscale> 3 ") < few.index("<rscale> 1 ") and few.count("<rscale>") == 2
    assert written(events[1:3], tmp_path / "slice.lhe").count("<rscale>") == 2
    assert written(events[events["npNLO"] > 10], tmp_path / "none.lhe").count("<rscale>") == 0
    both = written(ns.concat([events[:1], events[4:]]), tmp_path / "both.lhe")
    assert both.index("<rscale> 0 ") < both.index("<rscale> 4 ") and both.count("<rscale>") == 2
