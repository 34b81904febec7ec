"""Names of kept copies."""

from declared.store.kept import Kept


def test_copies_of_one_second_have_names_of_their_own_in_order(tmp_path):
    kept = Kept(tmp_path / "jupyterhub.sqlite", "6.1.1")
    made = []
    for what in ("sqlite", "postgresql", "4.1.6", "postgresql"):
        copy = kept.named(what)
        assert not copy.exists()
        copy.touch()
        made.append(copy)
    assert kept.copies == made
