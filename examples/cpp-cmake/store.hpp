#pragma once
#include <string>

struct sqlite3;

/** Notes in a database that lives in memory. */
class Store {
public:
    Store();
    ~Store();
    Store(const Store &) = delete;
    Store &operator=(const Store &) = delete;
    /** Returns all notes as a JSON array. */
    std::string json() const;

private:
    sqlite3 *db_ = nullptr;
};
