#include "contract/errors.hpp"

#include <regex>

#include "tidy/scan.hpp"

namespace yuanliu::contract {
namespace {

// Codes of these families stand in many places besides a factory's call: lists of problems, the edge's own refusals.
const std::regex common_code("(field|http|json|token|idempotency|password)\\.[a-z0-9_]+");
const std::regex any_code("[a-z0-9_]+(\\.[a-z0-9_]+)*");

// The stretches between the commas of a call whose `(` is at `open`.
std::vector<std::pair<std::size_t, std::size_t>> arguments_of(const std::string& code, std::size_t open) {
    std::vector<std::pair<std::size_t, std::size_t>> out;
    int depth = 0;
    std::size_t begin = open + 1;
    for (std::size_t i = open; i < code.size(); ++i) {
        char c = code[i];
        if (c == '(' || c == '{' || c == '[') ++depth;
        bool closes = c == ')' || c == '}' || c == ']';
        if (closes) --depth;
        if ((c == ',' && depth == 1) || (closes && depth == 0)) out.emplace_back(begin, i), begin = i + 1;
        if (closes && depth == 0) break;
    }
    return out;
}

class Reader {
 public:
    Reader(const tidy::File& file, ErrorCodes& out) : file_(file), scan_(tidy::scan(file)), out_(out) {}

    void read() {
        for (const auto& literal : scan_.literals) {
            if (!std::regex_match(literal.text, any_code)) continue;
            out_.literals.insert(literal.text);
            bool code = std::regex_match(literal.text, common_code) || file_.path == "src/base/error.hpp";
            if (code) note(literal, "");
        }
        static const std::regex call(
            "\\b(unreadable|invalid|not_found|conflict|forbidden|unauthenticated|too_many|invalid_field|Error|with)"
            "(\\()");
        for (std::sregex_iterator i(scan_.code.begin(), scan_.code.end(), call), end; i != end; ++i)
            factory((*i)[1], std::size_t(i->position(2)));
    }

 private:
    void factory(const std::string& name, std::size_t open) {
        auto arguments = arguments_of(scan_.code, open);
        std::size_t at = name == "too_many" || name == "invalid_field" || name == "Error" ? 1 : 0;
        if (at >= arguments.size()) return;
        auto [begin, end] = arguments[at];
        std::string fault = name;
        if (name == "Error") {
            static const std::regex kind(R"(Fault::(\w+))");
            std::smatch found;
            auto first = scan_.code.substr(arguments[0].first, arguments[0].second - arguments[0].first);
            if (!std::regex_search(first, found, kind)) return;
            fault = found[1];
        }
        for (const auto& literal : scan_.literals) {
            if (literal.offset < begin || literal.offset >= end || !std::regex_match(literal.text, any_code)) continue;
            if (name == "with" && literal.text.find('.') == std::string::npos) continue;  // the field's own name
            note(literal, name == "with" || name == "invalid_field" ? "field" : fault);
        }
    }
    void note(const tidy::Literal& literal, const std::string& fault) {
        auto& faults = out_.faults[literal.text];
        if (!fault.empty()) faults.insert(fault);
        out_.where.emplace(literal.text, file_.path + ":" + std::to_string(literal.line + 1));
    }

    const tidy::File& file_;
    tidy::Scan scan_;
    ErrorCodes& out_;
};

}  // namespace

ErrorCodes error_codes(const tidy::Tree& tree) {
    ErrorCodes out;
    for (const auto& file : tree)
        if (file.path.starts_with("src/") && !file.path.starts_with("src/app/") && file.is_code() && !file.is_test())
            Reader(file, out).read();
    return out;
}

}  // namespace yuanliu::contract
