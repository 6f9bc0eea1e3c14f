"""How much has happened that is not reported yet, how fast it grows, and where it goes: nowcasts from line lists with
report delays, the instantaneous reproduction number, growth rate and doubling time, and a short forecast by the
renewal equation. Numbers agree with R's surveillance (``nowcast``) and EpiEstim (``estimate_R``); where those packages
depart from the papers they cite, ``docs/explanation/delay-and-growth.md`` says so."""
