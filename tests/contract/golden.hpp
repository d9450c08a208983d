// Files that say what the program promises. They change only on purpose: `make golden` writes them anew, and the commit
// shows what it did to callers.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace yuanliu::contract {

// Fails, showing the first differences, unless golden/<name> holds exactly `text`. With YL_GOLDEN=1 in the environment
// the file is written instead.
void expect_golden(const std::string& name, const std::string& text);

// JSON over many lines, so that a difference is a few of them.
std::string indented(std::string_view json);

// What differs, line by line: "-12: was" and "+12: is", at most `lines_max` of them.
std::string difference(std::string_view was, std::string_view is, std::size_t lines_max = 20);

// The lines of exceptions.txt that begin with `kind`, without it and without the reason after " -- ".
std::set<std::string> exceptions(const std::string& kind);

}  // namespace yuanliu::contract
