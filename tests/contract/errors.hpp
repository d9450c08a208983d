// Every error code that the source can throw.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tidy/tree.hpp"

namespace yuanliu::contract {

struct ErrorCodes {
    std::map<std::string, std::set<std::string>>
        faults;  // code → the kinds of refusal it comes with; "field" for one of a field
    std::map<std::string, std::string> where;  // code → the first file and line
    std::set<std::string> literals;            // every literal that looks like a code, for finding dead words
};

// Reads the Error factories' calls (base/error.hpp) in all of src/, and the codes of fields beside them. Not
// those of tests, nor of src/app/, whose refusals are for whoever starts the program.
ErrorCodes error_codes(const tidy::Tree& tree);

}  // namespace yuanliu::contract
