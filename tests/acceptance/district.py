"""A drawn district: two streets, three institutions, thirty-four people with known lives, one year.

                     番禺区 440113
      市桥街道 440113007            桥南街道 440113010
   ┌──────────────────────────┐  ┌──────────────────────────┐
   │ 德兴社区 440113007003    │  │ 绣品社区 440113010001    │
   │   陈家 p01…p05  黄家 p06…│  │   何家 p10 p11           │
   │   谭 罗 李(两份证件)     │  │   梁家 p12 p13  吴 郭 冯 │
   │ [S] 市桥医院   PY0000049 │  │                          │
   │ [C] 市桥街中心 PY000025X │  │ [H] 中心医院   PY0000014 │
   └──────────────────────────┘  └──────────────────────────┘
     苏强 p24 comes from elsewhere.   周建华 p08 moves away on 10 April.
     p22 and p23 are one woman: once with her identity card, once with a passport.

Rows stand in tables as one would draw them on paper; ``year.py`` makes the institutions' files of them, ``answers.py``
holds what they come to, computed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

HOSPITAL, SECONDARY, CENTRE = "PY0000014", "PY0000049", "PY000025X"
BUREAU, STATISTICS, POPULATION_OFFICE, CDC = "PY0000890", "PY0000903", "PY0000911", "PY0000655"
PLACES = {"H": HOSPITAL, "S": SECONDARY, "C": CENTRE, "": ""}
VILLAGES = {"德": "440113007003", "绣": "440113010001"}

PERSONS = """
p01 陈安民 1 1950-02-01 德     p13 梁秀英 2 1941-03-21 绣
p02 陈月娥 2 1952-06-15 德     p14 吴志明 1 1968-06-06 绣
p03 陈立   1 1975-03-03 德     p15 吴美玲 2 1970-02-14 绣
p04 林晓梅 2 1978-08-20 德     p16 郭俊   1 2000-01-01 绣
p05 陈小宇 1 2010-05-05 德     p17 郭婷   2 2002-12-31 绣
p06 黄国强 1 1948-11-30 德     p18 冯大力 1 1985-05-25 绣
p07 黄丽   2 1980-01-09 德     p19 谭雪   2 1986-10-30 德
p08 周建华 1 1979-12-12 德     p20 罗平   1 1960-07-19 德
p09 周思琪 2 2013-07-07 德     p21 罗凤   2 1963-08-08 德
p10 何伟   1 1990-04-18 绣     p22 李玛丽 2 1988-03-08 德
p11 何静   2 1992-09-09 绣     p23 MARY   2 1988-03-08 德
p12 梁金水 1 1939-10-10 绣     p24 苏强   1 1995-01-20 绣
p25 钱伟   1 1969-04-04 绣     p26 黄大山 1 1940-01-01 德
b01 陈大宝 1 2018-01-15 德     b05 罗大宝 2 2018-10-01 德
b02 何大宝 2 2018-03-02 绣     b06 苏大宝 1 2018-11-11 绣
b03 冯大宝 1 2018-05-20 绣     b07 郭大宝 1 2017-10-05 绣
b04 吴大宝 1 2018-09-30 绣     b08 谭大宝 2 2017-12-30 德
b09 周二宝 2 2015-01-10 德     p27 梁老伯 1 1935-05-05 绣
"""

#: no who place day type fee drug [version] [void]; type 1 门诊 2 急诊 3 健康检查 4 其他诊疗
VISITS = """
V01 p01 H 2018-01-05 1 100 40      V13 p12 C 2018-06-30 1  60  40
V02 p02 C 2018-01-08 1  50 30      V14 p13 C 2018-07-01 1  70  50
V03 p03 S 2018-01-31 2 200 50      V15 p14 H 2018-07-15 4  20   0
V04 p04 H 2018-02-01 1 300 100     V16 p15 S 2018-08-08 1 110  55
V05 p05 C 2018-02-14 1  30 20      V17 p16 H 2018-09-09 1 130  65
V06 p06 S 2018-03-15 1 150 90      V18 p17 C 2018-09-30 1  35  15
V07 p06 S 2018-03-15 2 250 100     V19 p18 H 2018-10-01 1 140  70
V08 p07 C 2018-03-20 3  80 0       V20 p19 S 2018-10-22 2 180  60
V09 p08 H 2018-04-10 1 120 60      V21 p20 C 2018-11-11 1  45  30
V10 p09 C 2018-05-05 1  40 25      V22 p21 H 2018-12-01 1 160  80
V11 p10 H 2018-05-31 2 500 200     V23 p24 H 2018-12-31 2 400 150
V12 p11 S 2018-06-01 1  90 45      V24 p22 S 2018-13-05 1  95  45
V26 p02 C 2018-11-12 1  45 30      V27 p25 S 2018-04-04 1 100  50
V90 p01 H 2017-06-06 1 250 50
"""
#: Sent in February 2019: V24 mended, V04 corrected, V25 late, V26 withdrawn, V20 once more as it was.
VISITS_LATER = """
V24 p22 S 2018-12-05 1  95 45 1 否  V25 p01 C 2018-02-20 1 55 35 1 否
V04 p04 H 2018-02-01 1 280 100 2 否 V26 p02 C 2018-11-12 1 45 30 2 是
V20 p19 S 2018-10-22 2 180 60 1 否
"""

#: no who place admitted discharged fee drug
DISCHARGES = """
A1 p01 H 2018-01-10 2018-01-20 8000 2000    A5 p13 S 2018-12-20 2018-12-31 4500 1500
A2 p06 S 2018-03-15 2018-03-18 3000  900    A6 p24 H 2018-12-28 2019-01-04 9999 1000
A3 p12 H 2018-06-01 2018-06-01 1000  200    A7 p20 S 2018-05-10 2018-05-01 2500  700
A4 p07 H 2017-12-28 2018-01-03 6000 1500    A8 p01 H 2018-02-10 2018-02-15 5000 1300
A9 p03 H 2017-05-01 2017-05-06 5000 1000
"""
#: What the clerk of 市桥医院 finds in the paper record of A7, whose discharge was before its admission.
ADMITTED_IN_FACT = {"A7": "2018-04-21"}

#: no child place registered resident
BIRTHS = """
B1 b01 H 是 是   B2 b02 S 是 是   B3 b03 H 否 是   B4 b04 H 是 是
B5 b05 - 是 是   B6 b06 H 否 是   B7 b07 H 是 是   B8 b08 S 是 否
"""
#: no deceased day registered resident cause
DEATHS = """
D1 b07 2017-10-20 是 是 P07   D2 b05 2018-10-15 是 是 Q21   D3 b03 2018-06-01 否 是 J18
D4 p26 2018-02-10 是 是 I21   D5 p27 2018-07-07 是 是 C34   D6 p25 2018-09-09 否 否 V23
D7 b09 2018-04-04 是 是 W74
"""

#: no who signed valid_to ended key_groups
CONTRACTS = """
K1 p01 2018-01-02 2018-12-31 - 01      K6 p10 2018-04-01 2018-12-31 - -
K2 p02 2018-01-02 2018-12-31 - 01      K7 p12 2018-02-01 2018-12-31 2018-12-31 01
K3 p22 2018-03-01 2018-12-31 - -       K8 p13 2017-01-01 2017-12-31 - 01
K4 p23 2018-05-01 2018-12-31 - -       K9 p18 2018-06-01 2019-05-31 - -
K5 p06 2018-02-02 2018-12-31 - 01;04
"""
#: no who established status closed key_groups; R02 is a second record of p01
HEALTH_RECORDS = """
R01 p01 2015-01-01 1 - 01      R07 p10 2016-01-01 1 - -      R13 p20 2015-01-01 2 2018-07-01 -
R02 p01 2016-01-01 1 - 01      R08 p12 2015-01-01 1 - 01     R14 p14 2015-01-01 4 - -
R03 p02 2015-01-01 1 - 01      R09 p13 2015-01-01 1 - 01     R15 p17 2019-01-03 1 - -
R04 p05 2015-01-01 1 - -       R10 p18 2015-01-01 1 - -      R12 p23 2018-05-01 1 - -
R05 p06 2015-01-01 1 - 01;04   R11 p22 2018-03-01 1 - -      R06 p07 2017-01-01 1 - -
"""

#: no kind occurred: 1 纠纷 2 医闹 3 伤医 4 恐吓 5 投诉
DISPUTES = """
X1 1 2018-01-09   X2 1 2018-04-01   X3 2 2018-06-06   X4 3 2018-08-30   X5 4 2018-12-31
X6 5 2018-02-02   X7 5 2018-03-03   Y1 1 2017-01-01   Y2 1 2017-02-01   Y3 1 2017-03-01
Y4 1 2017-04-01   Y5 1 2017-05-01   Y6 2 2017-06-01   Y7 2 2017-07-01   Y8 3 2017-12-31
Y9 5 2017-08-08
"""
#: no place found rectified
HAZARDS = "Z1 H 2018-01-20 2018-02-01   Z2 S 2018-05-05 2018-05-06   Z3 C 2018-07-07 -   Z4 C 2018-11-11 2019-01-05"
#: no item accepted due decided
APPROVALS = """
W1 01 2018-03-01 2018-03-29 2018-03-20   W2 06 2018-04-02 2018-04-30 2018-04-30
W3 06 2018-05-02 2018-05-30 2018-06-01   W4 08 2018-12-20 2019-01-18 -
"""
#: basis day village men women, all of age 30
POPULATION = """
resident   2017-12-31 德 250 250   resident   2017-12-31 绣 200 200
resident   2018-12-31 德 300 300   resident   2018-12-31 绣 250 250
registered 2017-12-31 德 120 120   registered 2017-12-31 绣 120 120
registered 2018-12-31 德 130 130   registered 2018-12-31 绣 130 130
service    2018-12-31 德   6   5   service    2018-12-31 绣   5   6
"""


def cells(table: str, width: int) -> Iterator[list[str]]:
    """Rows of a drawn table, so many cells each; ``-`` is an empty cell."""
    words = table.split()
    assert len(words) % width == 0, table
    for start in range(0, len(words), width):
        yield ["" if word == "-" else word for word in words[start : start + width]]
