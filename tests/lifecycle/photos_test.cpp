// POST /api/scan/decode/: from a photo of a label to the product, and on to its activation.
#include <fmt/format.h>

#include <fstream>

#include "app_test.hpp"
#include "base/unit_code.hpp"
#include "kit/temp_folder.hpp"
#include "photos/photo.hpp"
#include "platform/print/qr.hpp"

namespace yuanliu {
namespace {

class PhotosTest : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        type_ = make_type();
        agent_ = make_user("agent1", 1, R"(,"territories":["广东省"])");
        for (auto* code : {&code_, &other_}) *code = app().db().parts().get<CodeMint>().mint(env());
        make_units(type_, {code_, other_, "SN-2026-000123"}, agent_);
        as_nobody();
    }

    static print::LabelLayout layout() {
        auto layout = print::preset("60x40");
        layout.qr_text = "{url}";
        return layout;
    }
    photos::Picture label(const std::string& code, bool scratched = false) {
        auto out = photos::label(layout(), {{"code", code},
                                            {"url", "http://localhost:8080/q/" + code},
                                            {"type", "空气净化器"},
                                            {"model", "YL-1"},
                                            {"batch", "7"},
                                            {"date", "2026-03-02"}});
        if (scratched) photos::scratch(out, photos::qr_place(layout()), chance_);
        return out;
    }
    std::string photo_of(const photos::Picture& what, double turn = 4) {
        auto scene = photos::desk(1400, 1050, chance_);
        photos::lay(scene, what, {.share = 0.85, .turn_deg = turn, .tilt = 0.08});
        photos::blur(scene, 0.8);
        photos::grain(scene, 3, chance_);
        return photos::jpeg(scene, 80);
    }

    http::Part part(const std::string& bytes, const std::string& name = "photo.jpg",
                    const std::string& field = "photo") {
        const auto path = folder_.file(std::to_string(++files_));
        std::ofstream(path, std::ios::binary) << bytes;
        return {field, name, "image/jpeg", "", path, bytes.size()};
    }
    Reply decode(const std::string& bytes) { return ask_with_parts("POST", "/api/scan/decode/", {part(bytes)}); }

    std::int64_t rows(std::string_view table) {
        return app().db().read(
            [&](Rx& rx) { return rx.value<std::int64_t>(fmt::format("SELECT count(*) FROM {}", table)); });
    }

    photos::Chance chance_{4711};
    std::string type_, agent_, code_, other_;

 private:
    TempFolder folder_;
    int files_ = 0;
};
YL_APP_TEST(PhotosTest);

// A drawing as it is filled: where the outlines to the left of a pixel do not cancel out. Eight pixels a module.
photos::Picture paint(const std::string& svg) {
    const auto number = [&](std::string_view before) {
        return std::atoi(svg.c_str() + svg.find(before) + before.size());
    };
    const int side = number("viewBox=\"0 0 ");
    std::vector<int> winding(std::size_t(side) * std::size_t(side));
    const auto edge = [&](int x, int from, int to) {
        for (int y = std::min(from, to); y < std::max(from, to); ++y)
            for (int right = x; right < side; ++right) winding[std::size_t(y * side + right)] += from < to ? 1 : -1;
    };
    int x = 0, y = 0, top = 0;
    for (const char* at = svg.c_str() + svg.find("<path d=\"") + 9; *at != '"';) {
        char* next = nullptr;
        const char command = *at++;
        if (command == 'z') {
            edge(x, y, top);
            continue;
        }
        const int value = int(std::strtol(at, &next, 10));
        if (command == 'M') x = value, y = top = int(std::strtol(next, &next, 10));
        if (command == 'h') x += value;
        if (command == 'v') edge(x, y, y + value), y += value;
        at = next;
    }
    photos::Picture out(side * 8, side * 8);
    for (int row = 0; row < out.height; ++row)
        for (int column = 0; column < out.width; ++column)
            if (winding[std::size_t(row / 8 * side + column / 8)] != 0) out.at(column, row) = 0;
    return out;
}

TEST_P(PhotosTest, the_code_of_a_unit_is_read_from_its_picture_in_either_format) {
    as_admin();
    const auto id = get("/api/products/get_by_qrcode/?qrcode_id=" + code_).at("data.id");
    const auto plain = get("/api/products/" + id + "/qrcode/"),
               png = get("/api/products/" + id + "/qrcode/?format=png"),
               svg = get("/api/products/" + id + "/qrcode/?format=svg");
    EXPECT_TRUE(plain.body.starts_with("\x89PNG"));
    EXPECT_EQ(png.body, plain.body);
    EXPECT_TRUE(svg.body.starts_with("<svg ")) << svg.body;
    EXPECT_EQ(get("/api/products/" + id + "/qrcode/?format=gif").status, 422);
    as_nobody();
    for (const auto& picture : {photos::read_png(png.body), paint(svg.body)}) {
        const auto reply = decode(photo_of(picture));
        EXPECT_EQ(reply.at("data.found[0].qrcode_id"), code_) << reply.body;
        EXPECT_EQ(reply.at("data.found[0].genuine"), "true");
    }
}

TEST_P(PhotosTest, a_photo_of_a_whole_label_names_the_product) {
    const auto reply = decode(photo_of(label(code_)));
    ASSERT_EQ(reply.status, 200) << reply.body;
    ASSERT_EQ(reply.count("data.found"), 1U) << reply.body;
    EXPECT_EQ(reply.at("data.found[0].source"), "qr");
    EXPECT_EQ(reply.at("data.found[0].text"), "http://localhost:8080/q/" + code_);
    EXPECT_EQ(reply.at("data.found[0].qrcode_id"), code_);
    EXPECT_EQ(reply.at("data.found[0].genuine"), "true");
    EXPECT_EQ(reply.at("data.print"), "not_needed");
}

TEST_P(PhotosTest, from_a_scratched_label_to_the_warranty) {
    const auto reply = decode(photo_of(label(code_, true)));
    ASSERT_EQ(reply.status, 200) << reply.body;
    ASSERT_EQ(reply.count("data.found"), 1U) << reply.body;
    EXPECT_EQ(reply.at("data.found[0].source"), "text");
    EXPECT_EQ(reply.at("data.found[0].qrcode_id"), code_);
    EXPECT_EQ(reply.at("data.found[0].genuine"), "true");
    EXPECT_EQ(reply.at("data.found[0].certain"), "true");
    EXPECT_EQ(reply.at("data.print"), "read");
    const auto activated = post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"{}","phone":"13900139000"}})",
                                                                       reply.at("data.found[0].qrcode_id")));
    EXPECT_EQ(activated.status, 200) << activated.body;
}

TEST_P(PhotosTest, a_serial_of_the_callers_own_counts_when_a_unit_has_it) {
    const auto known = decode(photo_of(label("SN-2026-000123", true)));
    EXPECT_EQ(known.at("data.found[0].qrcode_id"), "SN-2026-000123") << known.body;
    EXPECT_EQ(known.at("data.found[0].certain"), "false");  // to be compared: there may be a unit one letter away
    const auto unknown = decode(photo_of(label("SN-2026-000999", true)));
    EXPECT_EQ(unknown.status, 200);
    EXPECT_EQ(unknown.count("data.found"), 0U) << unknown.body;
    EXPECT_EQ(unknown.at("data.print"), "read");
}

TEST_P(PhotosTest, bars_alone) {
    auto layout = print::preset("70x50");
    layout.qr_size_mm = 0;
    layout.bar_height_mm = 12;
    const auto reply = decode(photo_of(photos::label(layout, {{"code", code_}, {"model", "YL-1"}})));
    EXPECT_EQ(reply.at("data.found[0].source"), "barcode") << reply.body;
    EXPECT_EQ(reply.at("data.found[0].qrcode_id"), code_);
}

TEST_P(PhotosTest, two_labels_in_one_photo) {
    auto scene = photos::desk(1600, 1200, chance_);
    photos::lay(scene, label(code_), {.x = 0.3, .y = 0.3, .share = 0.55, .turn_deg = 5});
    photos::lay(scene, label(other_), {.x = 0.7, .y = 0.72, .share = 0.55, .turn_deg = 90});
    const auto reply = decode(photos::jpeg(scene));
    ASSERT_EQ(reply.count("data.found"), 2U) << reply.body;
    EXPECT_NE(reply.body.find(code_), std::string::npos);
    EXPECT_NE(reply.body.find(other_), std::string::npos);
}

TEST_P(PhotosTest, somebody_elses_code_beside_our_print) {
    // The carton has the shop's QR code; ours is scratched, and its print is what counts.
    auto scene = photos::desk(1600, 1200, chance_);
    photos::lay(scene, label(code_, true), {.x = 0.36, .y = 0.4, .share = 0.7, .turn_deg = 3});
    const auto shop = photos::read_png(print::qr_png(print::encode_qr("https://shop.example/item/42"), 8));
    photos::lay(scene, shop, {.x = 0.8, .y = 0.78, .share = 0.3});
    const auto reply = decode(photos::jpeg(scene));
    ASSERT_EQ(reply.count("data.found"), 2U) << reply.body;
    EXPECT_EQ(reply.at("data.found[0].text"), "https://shop.example/item/42");
    EXPECT_EQ(reply.at("data.found[0].qrcode_id"), "");
    EXPECT_EQ(reply.at("data.found[0].genuine"), "");
    EXPECT_EQ(reply.at("data.found[1].qrcode_id"), code_);
}

TEST_P(PhotosTest, forged_and_unregistered_codes_are_told_apart) {
    const auto forged = CodeMint("somebody else's key, thirty-two characters").mint(env());
    const auto copy = decode(photo_of(label(forged)));
    EXPECT_EQ(copy.at("data.found[0].genuine"), "false") << copy.body;
    EXPECT_EQ(copy.at("data.found[0].qrcode_id"), "");
    const auto printed = app().db().parts().get<CodeMint>().mint(env());
    const auto early = decode(photo_of(label(printed)));
    EXPECT_EQ(early.at("data.found[0].genuine"), "true");
    EXPECT_EQ(early.at("data.found[0].qrcode_id"), "");
}

TEST_P(PhotosTest, leaves_nothing_behind) {
    const auto files = rows("files_file"), scans = rows("units_scan"), records = rows("audit_record");
    EXPECT_EQ(decode(photo_of(label(code_))).status, 200);
    EXPECT_EQ(decode(photo_of(label(code_, true))).status, 200);
    EXPECT_EQ(rows("files_file"), files);
    EXPECT_EQ(rows("units_scan"), scans);
    EXPECT_EQ(rows("audit_record"), records);
}

TEST_P(PhotosTest, tells_nothing_of_anybody) {
    post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"{}","phone":"13900139000","name":"李雷"}})", code_));
    const auto reply = decode(photo_of(label(code_)));
    EXPECT_EQ(reply.at("data.found[0].qrcode_id"), code_);
    EXPECT_EQ(reply.body.find("139"), std::string::npos);
    EXPECT_EQ(reply.body.find("李"), std::string::npos);
}

TEST_P(PhotosTest, what_is_no_photo_is_refused_with_its_reason) {
    const auto none = ask_with_parts("POST", "/api/scan/decode/", {});
    EXPECT_EQ(none.status, 422);
    EXPECT_EQ(none.at("error.fields[0].code"), "units.no_photo");
    EXPECT_EQ(none.at("error.fields[0].field"), "photo");
    const auto picture = photo_of(label(code_));
    for (auto& parts : {std::vector{part(picture, "a.jpg", "file")}, {part(picture), part(picture)}})
        EXPECT_EQ(ask_with_parts("POST", "/api/scan/decode/", parts).at("error.fields[0].code"), "units.no_photo");
    const auto empty = decode("");
    EXPECT_EQ(empty.status, 422);
    EXPECT_EQ(empty.at("error.code"), "files.empty");
    const auto text = decode("I am a text that calls itself photo.jpg");
    EXPECT_EQ(text.status, 415);
    EXPECT_EQ(text.at("error.code"), "vision.not_a_picture");
    const auto large = decode(std::string((15 << 20) + 1, 'x'));
    EXPECT_EQ(large.status, 413);
    EXPECT_EQ(large.at("error.code"), "files.too_large");
    auto bomb = photos::png(photos::Picture(2, 2));
    bomb.replace(16, 8, std::string("\0\0\xFF\xFF\0\0\xFF\xFF", 8));
    const auto exploded = decode(bomb);
    EXPECT_EQ(exploded.status, 413);
    EXPECT_EQ(exploded.at("error.code"), "vision.too_many_pixels");
    const auto png = photos::png(label(code_));
    const auto broken = decode(png.substr(0, png.size() / 2));
    EXPECT_EQ(broken.status, 422);
    EXPECT_EQ(broken.at("error.code"), "vision.unreadable");
    auto half = photos::jpeg(photos::desk(800, 600, chance_));
    EXPECT_EQ(decode(half.substr(0, half.size() / 3)).at("error.code"), "vision.unreadable");
}

}  // namespace
}  // namespace yuanliu
