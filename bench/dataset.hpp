// A company with a million units, made once and kept beside the builds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace yuanliu::bench {

struct Dataset {
    std::filesystem::path folder;  // a data folder of the server; copy it before anything writes to it
    std::int64_t units = 0;
    std::string username, password;  // of the administrator
};

// The data folder with so many units under `cache`, made now unless it stands there already. A folder made by another
// schema or another version of the generator is made anew. Throws Failure.
Dataset prepare(const std::filesystem::path& cache, const std::filesystem::path& binary, std::int64_t units);

std::filesystem::path database_of(const std::filesystem::path& data_folder);

// Codes of units in one state (any, when it is empty), spread evenly over the table; at most `count`.
std::vector<std::string> codes_of(const std::filesystem::path& data_folder, const std::string& state,
                                  std::size_t count);

}  // namespace yuanliu::bench
