import pandas
import streamlit

pandas.DataFrame().to_parquet("data/cache.parquet")
