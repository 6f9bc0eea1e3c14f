"""Statistics of a line list: attack rates and food-specific tables, risk and odds ratios with exact, mid-P, score and
Wald intervals, tests of association, stratified tables, direct and indirect standardisation, and the measures of a
screening test. Everything is computed from counts, needs no database, and agrees with R's epitools and epiR where
those packages are right (``docs/explanation/line-lists.md`` says where they are not)."""
