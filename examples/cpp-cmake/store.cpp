#include "store.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace {
const char *const setup = "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT);"
                          "INSERT INTO note(text) VALUES('buy bread'), ('call home');";
const char *const query = "SELECT json_group_array(json_object('id', id, 'text', text)) FROM note";
}  // namespace

Store::Store()
{
    if (sqlite3_open(":memory:", &db_) != SQLITE_OK || sqlite3_exec(db_, setup, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(db_));
}

Store::~Store() { sqlite3_close(db_); }

std::string Store::json() const
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(db_, query, -1, &statement, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(db_));
    std::string text = "[]";
    if (sqlite3_step(statement) == SQLITE_ROW)
        text = reinterpret_cast<const char *>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}
