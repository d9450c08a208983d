#include "platform/settings/settings.hpp"

#include <gmock/gmock.h>

#include "embed/texts.hpp"
#include "kit/db_test.hpp"
#include "platform/settings/key_prints.hpp"

namespace yuanliu::settings {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

enum class Colour { red, green };
YL_ENUM(Colour, red, green)

// One instance of the program: its own declarations and cache.
struct Instance {
    Settings all;
    Setting<Int<0, 120>> months = all.declare<Int<0, 120>>("units.shelf_months", 6);
    Setting<Text<1, 20>> name = all.declare<Text<1, 20>>("shop.name", "源流");
    Setting<Colour> colour = all.declare<Colour>("shop.colour", Colour::red);
};

class SettingsTest : public DbTest {
 protected:
    std::vector<Migration> migrations() const override {
        std::vector<Migration> out;
        for (const auto& text : embedded_migrations())
            if (text.module == "settings")
                out.push_back(
                    {text.module, std::atoi(std::string(text.name.substr(0, 4)).c_str()), text.name, text.text});
        return out;
    }
    template <class T>
    T get(const Setting<T>& setting) {
        return db().read([&](Rx& rx) { return setting.get(rx); });
    }
    View put(Instance& instance, std::string_view key, std::string json) {
        return db().write([&](Tx& tx) { return instance.all.change(tx, admin, key, {RawJson(std::move(json))}); });
    }
    std::string refusal(std::string_view key, std::string json) {
        try {
            put(here, key, std::move(json));
        } catch (const Error& e) {
            return e.fields.empty() ? e.code : e.fields[0].field + " " + e.fields[0].code;
        }
        return "";
    }
    Actor admin = Actor::of_system("test");
    Instance here, there;
};
YL_BOTH_DATABASES(SettingsTest);

TEST_P(SettingsTest, a_database_knows_the_keys_it_was_made_under) {
    const KeyPrints first{{"code_key", "cc"}, {"data_key", "dd"}};
    const auto others = [&](const KeyPrints& prints) {
        return db().read([&](Rx& rx) { return other_keys(rx, prints); });
    };
    EXPECT_THAT(others(first), IsEmpty()) << "nothing is noted yet";
    db().write([&](Tx& tx) { note_keys(tx, first); });
    EXPECT_THAT(others(first), IsEmpty());
    EXPECT_THAT(others({{"code_key", "cc"}, {"data_key", "ee"}}), ElementsAre("data_key"));
    db().write([&](Tx& tx) { note_keys(tx, {{"data_key", "ee"}, {"more_key", "mm"}}); });
    EXPECT_THAT(others({{"data_key", "ee"}, {"more_key", "xx"}}), ElementsAre("data_key", "more_key"))
        << "what is noted stays";
}

TEST_P(SettingsTest, a_change_counts_here_at_once_and_elsewhere_soon) {
    EXPECT_EQ(get(here.months), 6);
    EXPECT_EQ(get(there.months), 6);
    put(here, "units.shelf_months", "12");
    EXPECT_EQ(get(here.months), 12);
    EXPECT_EQ(get(there.months), 6) << "its copy is fresh enough";
    env().advance(Settings::fresh_ms);
    EXPECT_EQ(get(there.months), 12);
    put(there, "shop.colour", R"("green")");
    env().advance(Settings::fresh_ms);
    EXPECT_EQ(get(here.colour), Colour::green);
    EXPECT_EQ(get(here.name).value, "源流");
}

TEST_P(SettingsTest, shows_what_is_in_effect_and_where_it_comes_from) {
    admin.user_id = 5;
    auto changed = put(here, "units.shelf_months", "12");
    EXPECT_EQ(changed.value.value, "12");
    EXPECT_EQ(changed.default_value.value, "6");
    EXPECT_EQ(changed.origin, SettingOrigin::stored);
    EXPECT_EQ(changed.updated_by, 5);
    auto all = db().read([&](Rx& rx) { return here.all.list(rx); });
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].key, "shop.colour");
    EXPECT_THAT(all[0].choices, testing::ElementsAre("red", "green"));
    EXPECT_EQ(all[0].origin, SettingOrigin::standard);
    EXPECT_EQ(all[2].kind, "integer");
    EXPECT_EQ(all[2].max, 120);
    EXPECT_EQ(all[2].description_key, "setting.units.shelf_months");
    EXPECT_EQ(put(here, "units.shelf_months", "null").origin, SettingOrigin::standard);
    EXPECT_EQ(get(here.months), 6);
}

TEST_P(SettingsTest, the_type_checks_what_is_put_in) {
    EXPECT_EQ(refusal("units.shelf_months", "121"), "value field.too_large");
    EXPECT_EQ(refusal("units.shelf_months", R"("12")"), "value field.wrong_type");
    EXPECT_EQ(refusal("shop.name", R"("")"), "value field.empty");
    EXPECT_EQ(refusal("shop.colour", R"("blue")"), "value field.not_one_of");
    EXPECT_EQ(refusal("no.such", "1"), "settings.unknown");
    EXPECT_EQ(get(here.months), 6);
}

TEST_P(SettingsTest, what_was_rolled_back_does_not_stay) {
    EXPECT_EQ(get(here.months), 6);
    EXPECT_THROW(db().write([&](Tx& tx) {
        here.all.change(tx, admin, "units.shelf_months", {RawJson("12")});
        env().advance(Settings::fresh_ms);
        EXPECT_EQ(here.months.get(tx), 12) << "inside the transaction";
        throw conflict("test");
    }),
                 Error);
    env().advance(Settings::fresh_ms);
    EXPECT_EQ(get(here.months), 6);
    put(there, "units.shelf_months", "24");
    env().advance(Settings::fresh_ms);
    EXPECT_EQ(get(here.months), 24);
}

TEST_P(SettingsTest, a_stored_value_that_no_longer_fits_gives_way_to_the_default) {
    db().write([](Tx& tx) {
        tx.insert(Row{{}, "units.shelf_months", RawJson("500"), tx.now(), 1});
        tx.insert(Row{{}, "of.another.module", RawJson("1"), tx.now(), 1});
    });
    EXPECT_EQ(get(here.months), 6);
}

TEST(Settings, a_key_is_declared_once) {
    Settings all;
    all.declare<Int<0, 9>>("a", 1);
    EXPECT_THROW(all.declare<bool>("a", true), Error);
}

}  // namespace
}  // namespace yuanliu::settings
