// The house as it stands, held to rules.txt.
#include <gtest/gtest.h>

#include <fstream>

#include "tree.hpp"

namespace yuanliu::tidy {
namespace {

const Rules& rules() {
    static const Rules read = [] {
        std::ifstream in(YL_SOURCE_DIR "/tests/tidy/rules.txt");
        return parse_rules(std::string{std::istreambuf_iterator<char>(in), {}});
    }();
    return read;
}
const Tree& house() {
    static const Tree tree = read_tree(YL_SOURCE_DIR);
    return tree;
}

void expect_none(const Complaints& complaints) {
    for (const auto& complaint : complaints) ADD_FAILURE() << complaint;
}

TEST(Tidy, reads_the_house) {
    EXPECT_GT(house().size(), 100u);
    EXPECT_GE(rules().floors.size(), 7u);
}
TEST(Tidy, floors_look_down_only) { expect_none(check_floors(house(), rules())); }
TEST(Tidy, heavy_headers_stay_at_home) { expect_none(check_headers(house(), rules())); }
TEST(Tidy, files_functions_and_lines_are_short) { expect_none(check_sizes(house(), rules())); }
TEST(Tidy, banned_words_are_absent) { expect_none(check_bans(house(), rules())); }
TEST(Tidy, tables_are_named_by_their_owner) { expect_none(check_tables(house(), rules())); }
TEST(Tidy, co_await_makes_nothing) { expect_none(check_coroutines(house(), rules())); }
TEST(Tidy, words_are_well_formed) { expect_none(check_words(house(), rules())); }
TEST(Tidy, migrations_have_no_gaps) { expect_none(check_migrations(house(), rules())); }

}  // namespace
}  // namespace yuanliu::tidy
