#include "scan.hpp"

#include <algorithm>

namespace yuanliu::tidy {
namespace {

class Scanner {
 public:
    explicit Scanner(const File& file) {
        for (const auto& line : file.lines) text_ += line, text_ += '\n';
    }

    Scan run() {
        while (at_ < text_.size()) step();
        return std::move(out_);
    }

 private:
    void step() {
        if (starts("//")) return blank(std::min(text_.find('\n', at_), text_.size()));
        if (starts("/*")) return blank(after("*/"));
        if (starts("R\"") && !in_word()) return raw_string();
        if (text_[at_] == '"') return string();
        if (text_[at_] == '\'' && !in_word()) return character();  // 1'000 is a number
        if (!std::isspace(static_cast<unsigned char>(text_[at_]))) after_literal_ = false;
        out_.code += text_[at_++];
    }
    bool starts(std::string_view what) const { return std::string_view(text_).substr(at_, what.size()) == what; }
    bool in_word() const {
        return at_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) || text_[at_ - 1] == '_');
    }
    std::size_t after(std::string_view what) const {
        auto found = text_.find(what, at_ + 2);
        return found == std::string::npos ? text_.size() : found + what.size();
    }
    void blank(std::size_t end) {
        for (; at_ < end; ++at_) out_.code += text_[at_] == '\n' ? '\n' : ' ';
    }
    void add(std::size_t begin, std::size_t end) {
        if (!after_literal_) out_.literals.push_back({out_.line_of(begin), out_.code.size(), ""});
        out_.literals.back().text += text_.substr(begin, end - begin);
        after_literal_ = true;
    }
    void quoted(std::size_t end) {
        out_.code += '"';
        ++at_;
        blank(end - 1);
        out_.code += '"';
        at_ = end;
    }
    void string() {
        auto end = at_ + 1;
        while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
        end = std::min(end + 1, text_.size());
        add(at_ + 1, end - 1);
        quoted(end);
    }
    void raw_string() {
        auto open = text_.find('(', at_);
        std::string close = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
        auto end = std::min(text_.find(close, open), text_.size() - close.size());
        add(open + 1, end);
        quoted(end + close.size());
    }
    void character() {
        auto end = at_ + 1;
        while (end < text_.size() && text_[end] != '\'' && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
        after_literal_ = false;
        blank(std::min(end + 1, text_.size()));
    }

    std::string text_;
    std::size_t at_ = 0;
    bool after_literal_ = false;  // only blanks since the last literal
    Scan out_;
};

}  // namespace

std::size_t Scan::line_of(std::size_t offset) const {
    return std::size_t(std::count(code.begin(), code.begin() + std::ptrdiff_t(std::min(offset, code.size())), '\n'));
}

Scan scan(const File& file) { return Scanner(file).run(); }

}  // namespace yuanliu::tidy
