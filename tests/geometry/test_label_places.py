"""Names beside dots cover neither each other nor dots, held against a look at every pair of boxes."""

import numpy as np
import pytest

from generain_core.geometry.label_places import is_beside, label_places

SIZE, HEIGHT = (340.0, 424.0), 13.0


def boxes(points, widths, places):
    """Return each name's box: left, low, right, high."""
    return {
        i: (
            points[i][0] + x - widths[i] / 2,
            points[i][1] + y - HEIGHT / 2,
            points[i][0] + x + widths[i] / 2,
            points[i][1] + y + HEIGHT / 2,
        )
        for i, (x, y) in places.items()
    }


def cover(a, b) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > 1e-9 and min(a[3], b[3]) - max(a[1], b[1]) > 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_names_cover_neither_names_nor_dots_nor_leave_the_plot(seed) -> None:
    generator = np.random.default_rng(seed)
    points, widths = generator.uniform((20, 20), (320, 400), (25, 2)), generator.uniform(20, 60, 25).tolist()
    places = label_places(points, widths, SIZE, rows=range(25))
    found = boxes(points, widths, places)
    assert len(found) >= 20
    for i, box in found.items():
        assert 0 <= box[0] <= box[2] <= SIZE[0]
        assert 0 <= box[1] <= box[3] <= SIZE[1]
        assert not any(cover(box, other) for j, other in found.items() if j != i)
        assert not any(cover(box, (x - 4, y - 4, x + 4, y + 4)) for j, (x, y) in enumerate(points) if j != i)


def test_the_first_has_the_nearest_place_and_those_that_must_are_always_named() -> None:
    points = np.tile([[170.0, 200.0]], (40, 1)) + np.linspace(0, 3, 40)[:, None]
    places = label_places(points, [50.0] * 40, SIZE, rows=[3, *range(40)], always=[3, 39])
    assert is_beside(places[3], 50.0) or places[3]
    assert 39 in places
    assert len(places) < 40
    alone = label_places(np.array([[170.0, 200.0]]), [50.0], SIZE, rows=[0])
    assert is_beside(alone[0], 50.0)
    assert not is_beside((alone[0][0], alone[0][1] + 30), 50.0)


def test_a_dot_at_the_edge_has_its_name_inside() -> None:
    place = label_places(np.array([[2.0, 420.0]]), [40.0], SIZE, rows=[0])[0]
    assert 2.0 + place[0] - 20 >= 0
    assert 420.0 + place[1] + HEIGHT / 2 <= SIZE[1]
