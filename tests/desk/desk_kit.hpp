// What the suites of sheets out and in share.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "lifecycle/app_test.hpp"
#include "platform/files/files.hpp"
#include "platform/sheets/reader.hpp"

namespace yuanliu {

class DeskTest : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        app().start_background();
    }
    void TearDown() override {
        app().stop_background();
        AppTest::TearDown();
    }

    // The state in which a job ended. Real time: the fake clock stands still.
    std::string finished(const std::string& job) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        std::string state;
        do {
            state = value("SELECT state FROM jobs_job WHERE id = " + job);
            if (state == "completed" || state == "discarded" || state == "cancelled") return state;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        } while (std::chrono::steady_clock::now() < end);
        return state;
    }
    std::string value(const std::string& sql) {
        return app().db().read([&](Rx& rx) { return rx.value<std::string>(sql); });
    }
    std::int64_t number(const std::string& sql) {
        return app().db().read([&](Rx& rx) { return rx.value<std::int64_t>(sql); });
    }
    // The file a job made.
    std::string result_of(const std::string& job) {
        return app().db().parts().get<files::FileStore>().absolute(
            value("SELECT result_file FROM jobs_job WHERE id = " + job));
    }
    // Every row of a sheet, its cells between bars.
    static std::vector<std::string> rows_of(const std::string& path) {
        std::vector<std::string> out;
        sheets::read(path, {}, [&](std::size_t, const sheets::Row& cells) {
            std::string line;
            for (const auto& cell : cells) line += (&cell == cells.data() ? "" : "|") + cell.shown();
            out.push_back(line);
            return true;
        });
        return out;
    }
};

}  // namespace yuanliu
