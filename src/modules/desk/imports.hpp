// What the files about imports share with one another.
#pragma once

#include "modules/desk/lines.hpp"
#include "modules/desk/tasks.hpp"
#include "platform/sheets/reader.hpp"

namespace yuanliu::desk {

sheets::ReadLimits import_limits();
// The stored file of the import.
std::string file_of(Rx& rx, const Import& row);

// Every row below the first one. Blocks on the disk.
std::vector<Line> lines_of(const std::string& path);

// The problem in words.
std::string message_of(const Words& words, Locale locale, const ImportProblem& problem);
// A small sheet as an answer; its file goes.
Content sheet_content(const std::string& path, std::string name);

}  // namespace yuanliu::desk
