import icu
