#include "platform/openapi/openapi.hpp"

#include <gtest/gtest.h>

#include "embed/texts.hpp"

namespace yuanliu {
namespace openapi_test {

enum class Colour { red, green };
YL_ENUM(Colour, red, green)

struct Part {
    Text<1, 40> name;
    std::optional<Money> price;
};
YL_RECORD(Part, "kit.part", name, price)

struct Lamp {
    Id<Lamp> id;
    Text<1, 80> name;
    std::optional<Text<0, 60>> remark;
    Colour colour = Colour::red;
    UserType user_type = UserType::staff;
    Money price;
    Qty weight;
    Int<0, 240> months;
    std::optional<Part> main_part;
    std::vector<Part> parts;
    Dictionary specs;
    Secret<8, 100> password;
    Blind phone_index;
    RawJson detail;
    Sealed<Email> email;
    std::optional<Date> made_on;
    Time created_at;
};
YL_RECORD(Lamp, "kit_lamp", id, name, remark, colour, user_type, price, weight, months, main_part, parts, specs,
          password, phone_index, detail, email, made_on, created_at)

struct Filter {
    std::optional<Colour> colour;
    Text<0, 20> search;
};
YL_RECORD(Filter, "kit.filter", colour, search)

Page<Lamp> list(Rx&, const Actor&, const Filter&, const PageQuery&) { return {}; }
Lamp create(Tx&, const Lamp&) { return {}; }
Lamp view(Rx&, Id<Lamp>) { return {}; }
Lamp update(Tx&, Id<Lamp>, const Part&) { return {}; }
void remove(Tx&, Id<Lamp>) {}
Content picture(Rx&, Id<Lamp>) { return {}; }
void photo(Database&, const Upload&) {}
std::vector<Part> parts(Rx&) { return {}; }

Routes all_kinds() {
    Routes r;
    r.module("kit");
    r.permission("kit.read", {UserType::staff});
    r.get("/api/lamps/", "kit.read", &list, "List lamps");
    r.post("/api/lamps/", "kit.read", &create, "Create a lamp").created();
    r.get("/api/lamps/{id}/", "signed_in", &view, "One lamp");
    r.put("/api/lamps/{id}/", "kit.read", &update, "Change a lamp");
    r.del("/api/lamps/{id}/", "kit.read", &remove, "Delete a lamp");
    r.get("/api/lamps/{id}/picture/", "public", &picture, "Its picture").answers("image/png, text/plain");
    r.post("/api/lamps/photo/", "kit.read", &photo, "Send a photo");
    r.get("/api/parts/", "public", &parts, "All parts").as_nobody();
    return r;
}

Words embedded() {
    Words words;
    for (const auto& text : embedded_words()) words.add(text.module, text.text);
    words.add("test",
              "choice.colour.red\t红\tRed\npermission.kit.read\t查看\tRead lamps\nfield.kit_lamp.name\t灯名\tLamp "
              "name\t台灯\n"
              "field.kit.price\t套件价格\tPrice of the kit\n"
              "field.months\t月数\tMonths\t24\n");
    return words;
}

// A value of the document by its keys; a number steps into an array.
class Path {
 public:
    explicit Path(std::string_view text) : document_(JsonDocument::parse(text)) {}
    std::optional<Json> at(std::initializer_list<std::string_view> steps) const {
        Json here = document_->root();
        for (auto step : steps) {
            std::optional<Json> next;
            std::size_t i = 0;
            for (auto [key, value] : here)
                if (here.kind() == Json::Kind::array ? std::to_string(i++) == step : key == step) next = value;
            if (!next) return {};
            here = *next;
        }
        return here;
    }
    std::string text(std::initializer_list<std::string_view> steps) const {
        auto found = at(steps);
        return found ? std::string(found->text()) : "(nothing)";
    }
    std::string list(std::initializer_list<std::string_view> steps) const {
        std::string out;
        auto found = at(steps);
        if (!found) return "(nothing)";
        for (auto [key, value] : *found)
            out += (out.empty() ? "" : " ") + std::string(key.empty() ? value.text() : key);
        return out;
    }

 private:
    std::unique_ptr<JsonDocument> document_;
};

class OpenApiTest : public testing::Test {
 protected:
    Routes routes_ = all_kinds();
    Words words_ = embedded();
    Path zh_{openapi_document(routes_, words_, Locale::zh, "1.2")};
    Path en_{openapi_document(routes_, words_, Locale::en, "1.2")};
};

TEST_F(OpenApiTest, says_what_it_is) {
    EXPECT_EQ(zh_.text({"openapi"}), "3.1.0");
    EXPECT_EQ(zh_.text({"info", "title"}), "源流 API");
    EXPECT_EQ(en_.text({"info", "title"}), "Yuanliu API");
    EXPECT_EQ(zh_.text({"info", "version"}), "1.2");
}

TEST_F(OpenApiTest, is_the_same_each_time) {
    EXPECT_EQ(openapi_document(routes_, words_, Locale::zh, "1"),
              openapi_document(all_kinds(), embedded(), Locale::zh, "1"));
}

TEST_F(OpenApiTest, gathers_the_methods_of_a_path) {
    EXPECT_EQ(zh_.list({"paths"}), "/api/lamps /api/lamps/{id} /api/lamps/{id}/picture /api/lamps/photo /api/parts");
    EXPECT_EQ(zh_.list({"paths", "/api/lamps/{id}"}), "get put delete");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "get", "operationId"}), "kit.lamps.list");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "get", "tags", "0"}), "kit");
}

TEST_F(OpenApiTest, says_who_may_call) {
    EXPECT_EQ(zh_.list({"paths", "/api/parts", "get", "security"}), "");
    EXPECT_EQ(zh_.at({"paths", "/api/lamps", "get", "security"})->size(), 2u);
    EXPECT_EQ(zh_.at({"paths", "/api/lamps/{id}/picture", "get", "security"})->size(), 3u);
    EXPECT_EQ(zh_.list({"paths", "/api/lamps/{id}/picture", "get", "security", "0"}), "") << "nobody will do";
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "get", "description"}), "需要权限 `kit.read`（查看）");
    EXPECT_EQ(en_.text({"paths", "/api/lamps", "get", "description"}), "Needs the permission `kit.read` (Read lamps)");
}

TEST_F(OpenApiTest, lists_the_parameters) {
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "get", "parameters", "0", "name"}), "colour");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "get", "parameters", "0", "required"}), "false");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "get", "parameters", "1", "required"}), "true");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "get", "parameters", "2", "name"}), "page");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "get", "parameters", "2", "schema", "maximum"}), "10000");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps/{id}", "get", "parameters", "0", "in"}), "path");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps/{id}", "get", "parameters", "0", "schema", "minimum"}), "1");
}

TEST_F(OpenApiTest, offers_the_headers_that_count) {
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "post", "parameters", "0", "$ref"}),
              "#/components/parameters/IdempotencyKey");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps/{id}", "put", "parameters", "1", "$ref"}),
              "#/components/parameters/IfMatch");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps/{id}", "get", "parameters", "1", "$ref"}),
              "#/components/parameters/IfNoneMatch");
    EXPECT_EQ(zh_.at({"paths", "/api/lamps/photo", "post", "parameters"})->size(), 0u) << "work routes keep no answers";
}

TEST_F(OpenApiTest, tells_refusals_that_can_happen) {
    EXPECT_EQ(zh_.list({"paths", "/api/lamps", "get", "responses"}), "200 400 401 403 422 429 503");
    EXPECT_EQ(zh_.list({"paths", "/api/lamps/{id}", "get", "responses"}), "200 304 400 401 404 429 503");
    EXPECT_EQ(zh_.list({"paths", "/api/lamps/{id}", "put", "responses"}),
              "200 400 401 403 404 409 412 413 415 422 429 503");
    EXPECT_EQ(zh_.list({"paths", "/api/lamps/{id}/picture", "get", "responses"}), "200 400 401 404 429 503");
    EXPECT_EQ(zh_.list({"paths", "/api/parts", "get", "responses"}), "200 400 429 503");
}

TEST_F(OpenApiTest, wraps_answers_in_the_envelope) {
    EXPECT_EQ(zh_.list({"paths", "/api/lamps", "get", "responses", "200", "content", "application/json", "schema",
                        "required"}),
              "status data page");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps", "post", "responses", "201", "content", "application/json", "schema",
                        "properties", "data", "$ref"}),
              "#/components/schemas/KitLamp");
    EXPECT_EQ(zh_.text({"paths", "/api/lamps/{id}", "delete", "responses", "200", "content", "application/json",
                        "schema", "properties", "data", "type"}),
              "null");
    EXPECT_EQ(zh_.list({"paths", "/api/lamps/{id}/picture", "get", "responses", "200", "content"}),
              "image/png text/plain");
    EXPECT_EQ(zh_.list({"paths", "/api/lamps/photo", "post", "requestBody", "content"}), "multipart/form-data");
}

TEST_F(OpenApiTest, tells_bodies_from_answers_where_they_differ) {
    EXPECT_EQ(zh_.list({"components", "schemas"}), "Error PageInfo KitLamp KitLampIn KitPart KitPartIn");
    EXPECT_EQ(zh_.list({"components", "schemas", "KitPart", "required"}), "name price");
    EXPECT_EQ(zh_.list({"components", "schemas", "KitPartIn", "required"}), "name");
    EXPECT_EQ(zh_.list({"components", "schemas", "KitPart", "properties", "price", "type"}), "number null");
    EXPECT_EQ(zh_.text({"components", "schemas", "KitPartIn", "additionalProperties"}), "false");
    EXPECT_EQ(zh_.text({"components", "schemas", "KitLampIn", "properties", "parts", "items", "$ref"}),
              "#/components/schemas/KitPartIn");
    EXPECT_EQ(zh_.text({"components", "schemas", "KitLamp", "properties", "main_part", "anyOf", "0", "$ref"}),
              "#/components/schemas/KitPart");
}

TEST_F(OpenApiTest, keeps_secrets_out_of_answers) {
    EXPECT_FALSE(zh_.at({"components", "schemas", "KitLamp", "properties", "password"}));
    EXPECT_EQ(zh_.text({"components", "schemas", "KitLampIn", "properties", "password", "format"}), "password");
    EXPECT_FALSE(zh_.at({"components", "schemas", "KitLamp", "properties", "phone_index"}));
    EXPECT_FALSE(zh_.at({"components", "schemas", "KitLampIn", "properties", "phone_index"}));
}

TEST_F(OpenApiTest, says_types_and_limits) {
    auto field = [&](std::string_view name, std::string_view what) {
        return zh_.text({"components", "schemas", "KitLampIn", "properties", name, what});
    };
    EXPECT_EQ(field("id", "minimum"), "1");
    EXPECT_EQ(field("name", "minLength"), "1");
    EXPECT_EQ(field("name", "maxLength"), "80");
    EXPECT_EQ(field("months", "maximum"), "240");
    EXPECT_EQ(field("price", "multipleOf"), "0.01");
    EXPECT_EQ(field("weight", "multipleOf"), "0.001");
    EXPECT_EQ(field("created_at", "format"), "date-time");
    EXPECT_EQ(field("email", "maxLength"), "254");
    EXPECT_EQ(zh_.list({"components", "schemas", "KitLampIn", "properties", "colour", "enum"}), "red green");
    EXPECT_EQ(zh_.list({"components", "schemas", "KitLampIn", "properties", "user_type", "enum"}), "0 1 2 3");
    EXPECT_EQ(zh_.list({"components", "schemas", "KitLampIn", "properties", "made_on", "type"}), "string null");
    EXPECT_FALSE(zh_.at({"components", "schemas", "KitLamp", "properties", "email", "maxLength"})) << "answers mask it";
}

TEST_F(OpenApiTest, uses_the_words_of_its_language) {
    EXPECT_EQ(zh_.text({"components", "schemas", "KitLamp", "properties", "name", "description"}), "灯名");
    EXPECT_EQ(en_.text({"components", "schemas", "KitLamp", "properties", "name", "description"}), "Lamp name");
    EXPECT_EQ(zh_.text({"components", "schemas", "KitPart", "properties", "name", "description"}), "名称");
    EXPECT_EQ(en_.text({"components", "schemas", "KitPart", "properties", "price", "description"}), "Price of the kit");
    EXPECT_EQ(zh_.text({"components", "schemas", "KitLamp", "properties", "colour", "description"}),
              "colour：red 红，green green");
    EXPECT_EQ(zh_.text({"components", "schemas", "KitLamp", "properties", "name", "examples", "0"}), "台灯");
    EXPECT_EQ(zh_.at({"components", "schemas", "KitLamp", "properties", "months", "examples", "0"})->kind(),
              Json::Kind::number);
}

TEST_F(OpenApiTest, shows_only_examples_that_fit) {
    words_.add("more", "field.kit_lamp.remark\t备注\tRemark\t" + std::string(61, 'x') +
                           "\nfield.kit_lamp.price\t价格\tPrice\tcheap\n");
    Path document(openapi_document(routes_, words_, Locale::zh, "1"));
    EXPECT_FALSE(document.at({"components", "schemas", "KitLamp", "properties", "remark", "examples"})) << "too long";
    EXPECT_FALSE(document.at({"components", "schemas", "KitLamp", "properties", "price", "examples"})) << "no number";
    EXPECT_TRUE(document.at({"components", "schemas", "KitLamp", "properties", "created_at", "examples"}));
}

TEST_F(OpenApiTest, answers_from_memory_in_both_languages) {
    OpenApi api(routes_, words_, "1.2");
    http::Request request;
    auto zh = api.answer(request);
    ASSERT_TRUE(zh.shared_body);
    EXPECT_EQ(*zh.shared_body, openapi_document(routes_, words_, Locale::zh, "1.2"));
    request.query = "lang=en";
    auto en = api.answer(request);
    EXPECT_NE(*zh.shared_body, *en.shared_body);
    request.headers = {{"if-none-match", en.headers[0].second}};
    EXPECT_EQ(api.answer(request).status, 304);
    request.query.clear();
    EXPECT_EQ(api.answer(request).status, 200) << "the other language is another version";
}

}  // namespace openapi_test
}  // namespace yuanliu
