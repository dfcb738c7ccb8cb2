"""A tiny dataset of personas, with the columns that the library's `person` sampler asks for."""

from __future__ import annotations

import io

import pandas as pd


def persona_table(rows: int = 20) -> bytes:
    """A Parquet file of people who are all called Ada Lovelace."""
    frame = pd.DataFrame(
        {
            "uuid": [f"{i:032x}" for i in range(rows)],
            "first_name": "Ada",
            "middle_name": "M",
            "last_name": "Lovelace",
            "sex": "Female",
            "age": [20 + i % 50 for i in range(rows)],
            "city": "London",
            "region": "CA",
            "postcode": "90001",
            "country": "USA",
            "street_name": "Main",
            "street_number": "1",
            "unit": "",
            "marital_status": "single",
            "education_level": "bachelors",
            "bachelors_field": "stem",
            "occupation": "engineer",
        }
    )
    file = io.BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()
