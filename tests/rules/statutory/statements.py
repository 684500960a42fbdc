"""Statements of a made-up municipality that agree throughout, drawn as text."""

from __future__ import annotations

INCOME = """
Tuloslaskelma                      | TP 2022 | TP 2023 | TA 2024
Toimintatuotot
Myyntituotot                       | 4120    | 4310    | 4405
Maksutuotot                        | 915     | 933     | 960
Tuet ja avustukset                 | 377     | 402     | 391
Muut toimintatuotot                | 268     | 251     | 240
Toimintatuotot yhteensä            | 5680    | 5896    | 5996
Toimintakulut
Henkilöstökulut                    | -14120  | -14633  | -15010
Palvelujen ostot                   | -8877   | -9124   | -9333
Aineet, tarvikkeet ja tavarat      | -2210   | -2318   | -2290
Avustukset                         | -644    | -688    | -655
Vuokrat                            | -411    | -420    | -433
Muut toimintakulut                 | -133    | -127    | -141
Toimintakulut yhteensä             | -26395  | -27310  | -27862
Toimintakate                       | -20715  | -21414  | -21866
Verotulot                          | 14820   | 15233   | 15610
Valtionosuudet                     | 8210    | 8377    | 8455
Rahoitustuotot ja -kulut
Korkotuotot                        | 12      | 14      | 15
Muut rahoitustuotot                | 30      | 33      | 31
Korkokulut                         | -88     | -140    | -171
Muut rahoituskulut                 | -3      | -4      | -2
Vuosikate                          | 2266    | 2099    | 2072
Suunnitelman mukaiset poistot      | -1510   | -1555   | -1580
Tilikauden tulos                   | 756     | 544     | 492
Poistoeron lisäys (-) tai vähennys (+) | 20  | 20      | 20
Tilikauden ylijäämä (alijäämä)     | 776     | 564     | 512
"""

CASH = """
Rahoituslaskelma                                | TP 2022 | TP 2023 | TA 2024
Toiminnan rahavirta
Vuosikate                                       | 2266    | 2099    | 2072
Tulorahoituksen korjauserät                     | -35     | -12     | -20
Investointien rahavirta
Investointimenot                                | -3120   | -2884   | -4205
Rahoitusosuudet investointimenoihin             | 244     | 103     | 310
Pysyvien vastaavien hyödykkeiden luovutustulot  | 61      | 40      | 45
Toiminnan ja investointien rahavirta            | -584    | -654    | -1798
Rahoituksen rahavirta
Antolainasaamisten vähennys                     | 8       | 8       | 7
Pitkäaikaisten lainojen lisäys                  | 1500    | 1500    | 2700
Pitkäaikaisten lainojen vähennys                | -777    | -785    | -811
Muut maksuvalmiuden muutokset                   | -96     | 37      | 0
Rahavarojen muutos                              | 51      | 106     | 98
Rahavarat 31.12.                                | 1388    | 1494    | 1592
Rahavarat 1.1.                                  | 1337    | 1388    | 1494
"""

BALANCE = """
Tase                                  | TP 2022 | TP 2023
A PYSYVÄT VASTAAVAT                   | 39402   | 40688
C VAIHTUVAT VASTAAVAT                 | 4210    | 4377
VASTAAVAA YHTEENSÄ                    | 43612   | 45065
A OMA PÄÄOMA                          | 21330   | 21894
Peruspääoma                           | 15000   | 15000
Edellisten tilikausien ylijäämä       | 5554    | 6330
Tilikauden ylijäämä                   | 776     | 564
E VIERAS PÄÄOMA                       | 22282   | 23171
Pitkäaikainen                         | 15177   | 15892
Lyhytaikainen                         | 7105    | 7279
VASTATTAVAA YHTEENSÄ                  | 43612   | 45065
"""

KEY_FIGURES = """
Tunnusluvut                          | TP 2022 | TP 2023 | TA 2024
Vuosikate % poistoista               | 150.1   | 135.0   | 131.1
Vuosikate €/asukas                   | 311     | 289     | 287
Toimintatuotot % toimintakuluista    | 21.5    | 21.6    | 21.5
Suhteellinen velkaantuneisuus %      | 77.6    | 78.5    |
"""
