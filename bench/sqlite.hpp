// Bare SQLite, as the yardsticks use it: prepared statements and nothing between.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace yuanliu::bench {

class Sqlite {
 public:
    enum class Mode {
        reading,  // beside a running server
        writing,  // alone, with the server's own settings: WAL, fsync at every commit, foreign keys, checkpoints by
                  // hand
    };
    // Throws Failure, as everything here does.
    Sqlite(const std::filesystem::path& file, Mode mode);
    ~Sqlite();
    Sqlite(const Sqlite&) = delete;

    class Statement {
     public:
        explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
        Statement(Statement&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
        ~Statement();
        void bind(int at, std::int64_t number);
        void bind(int at, std::string_view text);  // copied
        bool row();                                // steps; false at the end
        void run();                                // steps to the end and begins anew
        void reset();
        std::int64_t integer(int column) const;
        std::string text(int column) const;
        sqlite3_stmt* handle() { return handle_; }

     private:
        sqlite3_stmt* handle_;
    };
    Statement statement(const std::string& sql);
    void exec(const char* sql);
    std::int64_t integer(const std::string& sql);
    std::int64_t last_id() const;
    // Moves the log into the file when it has as many pages as the server allows it.
    void checkpoint_if_long();

    // An INSERT that repeats the newest row of a table, apart from the columns named.
    struct Copy {
        Statement insert;
        std::vector<int> places;  // of the named columns among the parameters
    };
    Copy copy_of_last(Sqlite& source, const std::string& table, const std::vector<std::string>& different);

 private:
    void check(int code, std::string_view what) const;
    sqlite3* db_ = nullptr;
    int log_pages_ = 0;
};

}  // namespace yuanliu::bench
