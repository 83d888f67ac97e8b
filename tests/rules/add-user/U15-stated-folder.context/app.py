import unknown_store

unknown_store.keep("data")
