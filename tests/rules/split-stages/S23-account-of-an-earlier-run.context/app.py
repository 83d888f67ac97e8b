import ctypes.util
lib = ctypes.CDLL(ctypes.util.find_library("magic"))
