#include "modules/@name@/@name@.hpp"

#include "embed/texts.hpp"
#include "kit/db_test.hpp"

namespace yuanliu::@name@ {
namespace {

class @Name@Test : public DbTest {
 protected:
    std::vector<Migration> migrations() const override {
        std::vector<Migration> own;
        for (const auto& text : embedded_migrations())
            if (text.module == "@name@") own.push_back({text.module, int(own.size()) + 1, text.name, text.text});
        return own;
    }
    Actor somebody = Actor::of_system("test");
};
YL_BOTH_DATABASES(@Name@Test);

TEST_P(@Name@Test, WhatIsStoredIsFoundAgain) {
    auto made = db().write([&](Tx& tx) { return create(tx, somebody, {"first"}); });
    EXPECT_EQ(db().read([&](Rx& rx) { return view(rx, somebody, made.id); }).name, "first");
    EXPECT_EQ(db().read([&](Rx& rx) { return list(rx, somebody, {}); }).items.size(), 1u);
}

TEST_P(@Name@Test, ANameStandsOnce) {
    db().write([&](Tx& tx) { create(tx, somebody, {"first"}); });
    EXPECT_THROW(db().write([&](Tx& tx) { create(tx, somebody, {"first"}); }), Error);
}

}  // namespace
}  // namespace yuanliu::@name@
