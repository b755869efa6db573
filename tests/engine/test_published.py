"""Published apportionments, as known answers. Figures are facts; the source stands with each.

US House: U.S. Census Bureau, 2020 Census, Apportionment Population and Number of Representatives.
Balinski and Young, The quota method of apportionment, Amer. Math. Monthly 82 (7), 1975. Elections:
official results, as the open packages apportionment, proporz, Apportionment.jl and votelib have
them in their tests.
"""

from __future__ import annotations

import pytest

from allocator.rounding.apportion import apportion

#: State, apportionment population, seats.
HOUSE_2020 = """
Alabama 5030053 7, Alaska 736081 1, Arizona 7158923 9, Arkansas 3013756 4, California 39576757 52,
Colorado 5782171 8, Connecticut 3608298 5, Delaware 990837 1, Florida 21570527 28, Georgia
10725274 14, Hawaii 1460137 2, Idaho 1841377 2, Illinois 12822739 17, Indiana 6790280 9, Iowa
3192406 4, Kansas 2940865 4, Kentucky 4509342 6, Louisiana 4661468 6, Maine 1363582 2, Maryland
6185278 8, Massachusetts 7033469 9, Michigan 10084442 13, Minnesota 5709752 8, Mississippi 2963914
4, Missouri 6160281 8, Montana 1085407 2, Nebraska 1963333 3, Nevada 3108462 4, New Hampshire
1379089 2, New Jersey 9294493 12, New Mexico 2120220 3, New York 20215751 26, North Carolina
10453948 14, North Dakota 779702 1, Ohio 11808848 15, Oklahoma 3963516 5, Oregon 4241500 6,
Pennsylvania 13011844 17, Rhode Island 1098163 2, South Carolina 5124712 7, South Dakota 887770 1,
Tennessee 6916897 9, Texas 29183290 38, Utah 3275252 4, Vermont 643503 1, Virginia 8654542 11,
Washington 7715946 10, West Virginia 1795045 2, Wisconsin 5897473 8, Wyoming 577719 1
"""


def test_us_house_2020_by_hill_with_a_seat_for_each() -> None:
    states = [line.rsplit(maxsplit=2) for line in " ".join(HOUSE_2020.split()).split(", ")]
    answer = apportion(435, [int(people) for _, people, _ in states], method="hill", lower=1)
    seats = {name: seats for (name, _, _), seats in zip(states, answer.amounts, strict=True)}
    assert len(seats) == 50
    assert seats == {name: int(official) for name, _, official in states}
    assert answer.ties == ()


#: (case, method, total, weights, cap or None, amounts). Parties below a threshold are left out.
PUBLISHED = [
    (
        "balinski_young_1975_by1_hamilton",
        "largest_remainder",
        100,
        [5117, 4400, 162, 161, 160],
        None,
        [51, 44, 2, 2, 1],
    ),
    (
        "balinski_young_1975_by1_jefferson",
        "dhondt",
        100,
        [5117, 4400, 162, 161, 160],
        None,
        [52, 45, 1, 1, 1],
    ),
    (
        "balinski_young_1975_by1_webster",
        "webster",
        100,
        [5117, 4400, 162, 161, 160],
        None,
        [51, 43, 2, 2, 2],
    ),
    (
        "balinski_young_1975_by1_huntington_hill",
        "hill",
        100,
        [5117, 4400, 162, 161, 160],
        None,
        [51, 43, 2, 2, 2],
    ),
    (
        "balinski_young_1975_by1_adams",
        "adams",
        100,
        [5117, 4400, 162, 161, 160],
        None,
        [51, 43, 2, 2, 2],
    ),
    (
        "balinski_young_1975_by2_hamilton",
        "largest_remainder",
        26,
        [9061, 7179, 5259, 3319, 1182],
        None,
        [9, 7, 5, 4, 1],
    ),
    (
        "balinski_young_1975_by2_jefferson",
        "dhondt",
        26,
        [9061, 7179, 5259, 3319, 1182],
        None,
        [10, 7, 5, 3, 1],
    ),
    (
        "balinski_young_1975_by2_webster",
        "webster",
        26,
        [9061, 7179, 5259, 3319, 1182],
        None,
        [9, 8, 5, 3, 1],
    ),
    (
        "balinski_young_1975_by2_huntington_hill",
        "hill",
        26,
        [9061, 7179, 5259, 3319, 1182],
        None,
        [9, 7, 6, 3, 1],
    ),
    (
        "balinski_young_1975_by2_adams",
        "adams",
        26,
        [9061, 7179, 5259, 3319, 1182],
        None,
        [9, 7, 5, 3, 2],
    ),
    (
        "zero_weight_units_hamilton",
        "largest_remainder",
        6,
        [0, 14, 28, 0, 0],
        None,
        [0, 2, 4, 0, 0],
    ),
    ("zero_weight_units_jefferson", "dhondt", 6, [0, 14, 28, 0, 0], None, [0, 2, 4, 0, 0]),
    ("zero_weight_units_webster", "webster", 6, [0, 14, 28, 0, 0], None, [0, 2, 4, 0, 0]),
    ("zero_weight_units_huntington_hill", "hill", 6, [0, 14, 28, 0, 0], None, [0, 2, 4, 0, 0]),
    ("zero_weight_units_adams", "adams", 6, [0, 14, 28, 0, 0], None, [0, 2, 4, 0, 0]),
    (
        "israel_knesset_21",
        "dhondt",
        120,
        [1299838, 1125881, 507324, 337108, 347343, 173004, 152756],
        None,
        [40, 35, 16, 10, 10, 5, 4],
    ),
    (
        "de_bundestag_2017_laender_first_stage",
        "webster",
        598,
        [
            2673803,
            1525090,
            7278789,
            568510,
            15707569,
            5281198,
            3661245,
            9365001,
            11362245,
            899748,
            2975745,
            2391746,
            1548400,
            3914671,
            2145671,
            2077901,
        ],
        None,
        [22, 12, 59, 5, 128, 43, 30, 76, 93, 7, 24, 20, 13, 32, 17, 17],
    ),
    (
        "de_bundestag_2017_parties_first_stage",
        "webster",
        598,
        [11828277, 9990488, 6316080, 5155933, 4643272, 2830238],
        None,
        [173, 146, 93, 76, 68, 42],
    ),
    (
        "de_bundestag_2009_spd_laender",
        "webster",
        146,
        [
            430739,
            143607,
            242942,
            1297940,
            102419,
            348216,
            202850,
            348082,
            2678956,
            328753,
            812721,
            216593,
            520990,
            1120018,
            1051198,
            144464,
        ],
        None,
        [6, 2, 4, 19, 2, 5, 3, 5, 39, 5, 12, 3, 8, 16, 15, 2],
    ),
    ("cap_dhondt_max5", "dhondt", 10, [500, 300, 160], 5, [5, 3, 2]),
    ("dewiki_adams", "adams", 50, [450, 350, 199, 1], None, [22, 17, 10, 1]),
    ("dewiki_huntington_hill", "hill", 50, [450, 350, 199, 1], None, [22, 17, 10, 1]),
    ("dewiki_hare_niemeyer_60", "largest_remainder", 60, [216, 310, 22, 32], None, [23, 32, 2, 3]),
    (
        "enwiki_lr_10",
        "largest_remainder",
        10,
        [47000, 16000, 15800, 12000, 6100, 3100],
        None,
        [5, 2, 1, 1, 1, 0],
    ),
    (
        "dewiki_hare_31",
        "largest_remainder",
        31,
        [720257, 323524, 257466, 213138, 144392, 88315],
        None,
        [13, 6, 5, 4, 2, 1],
    ),
    (
        "fewer_seats_than_units_huntington_hill",
        "hill",
        3,
        [100, 1, 0, 10, 0],
        None,
        [1, 1, 0, 1, 0],
    ),
    ("fewer_seats_than_units_adams", "adams", 3, [100, 1, 0, 10, 0], None, [1, 1, 0, 1, 0]),
    (
        "be_europarl_2019_dutch",
        "dhondt",
        12,
        [954048, 811169, 678051, 617651, 525908, 434002, 210391, 20385],
        None,
        [3, 3, 2, 2, 1, 1, 0, 0],
    ),
    (
        "lv_europarl_2019",
        "webster",
        8,
        [124193, 82604, 77591, 58763, 29546, 25252, 23581, 20595, 13705],
        None,
        [2, 2, 2, 1, 1, 0, 0, 0, 0],
    ),
    (
        "austria_nationalrat_2019",
        "dhondt",
        183,
        [1789417, 1011868, 772666, 387124, 664055],
        None,
        [71, 40, 31, 15, 26],
    ),
    (
        "dk_folketing_2019",
        "largest_remainder",
        175,
        [915393, 304273, 233349, 83228, 272093, 82228, 308219, 825486, 244664, 104148],
        None,
        [48, 16, 12, 4, 14, 4, 16, 43, 13, 5],
    ),
]


@pytest.mark.parametrize(
    ("method", "total", "weights", "cap", "amounts"),
    [case[1:] for case in PUBLISHED],
    ids=[case[0] for case in PUBLISHED],
)
def test_as_published(
    method: str, total: int, weights: list[int], cap: int | None, amounts: list[int]
) -> None:
    assert list(apportion(total, weights, method=method, upper=cap).amounts) == amounts


def test_the_cambridge_compromise_is_a_base_and_adams_under_a_cap() -> None:
    """European Parliament: 5 seats each, the rest by population rounded up, at most 96, 751 in all.

    G. Grimmett and others, PE 432.760, 2011; populations of 2011.
    """
    people = (
        "81802000 64714000 62008000 60340300 45989000 38167300 21462200 16575000 11305100 "
        "10839900 10637700 10506800 10014300 9340700 8375300 7563700 5534700 5424900 "
        "5351400 4467900 3329000 2248400 2047000 1340100 803100 502100 413000"
    )
    seats = "96 85 81 79 62 52 32 26 19 19 18 18 18 17 16 15 12 12 12 11 10 8 8 7 6 6 6"
    weights = [int(word) for word in people.split()]
    above = apportion(751 - 5 * 27, weights, method="adams", upper=96 - 5).amounts
    assert [5 + more for more in above] == [int(word) for word in seats.split()]
