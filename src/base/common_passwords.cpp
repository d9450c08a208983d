#include "base/common_passwords.hpp"

#include <algorithm>
#include <iterator>

namespace yuanliu {
namespace {

// Written from common knowledge of leaked lists, Chinese habits included. Sorted, for the binary search.
constexpr std::string_view common[] = {
    // clang-format off
    "0123456789", "100200300", "10203040", "102030405060", "110110110", "110120119", "11223344", "1122334455",
    "112233445566", "12312312", "123123123", "123123aa", "123321123", "123321aa", "12341234", "123412345", "12344321",
    "123454321", "1234554321", "123456123", "123456123456", "123456654321", "12345678", "123456789", "1234567890",
    "1234567891", "12345678910", "123456789a", "123456789q", "12345678a", "12345678q", "1234567a", "1234567q",
    "123456aa", "123456abc", "123456qwe", "12345qwert", "1234abcd", "1234qwer", "123qwe123", "123qweasd",
    "123qweasdzxc", "12qwaszx", "1314520520", "135792468", "13579246810", "147258369", "147852369", "159357258",
    "159753456", "19841984", "19851985", "19861986", "19871987", "19891989", "1q2w3e4r", "1q2w3e4r5t", "1q2w3e4r5t6y",
    "1qaz2wsx", "1qaz2wsx3edc", "1qazxsw2", "20082008", "20202020", "21212121", "31415926", "314159265", "3141592653",
    "520131400", "5201314520", "521521521", "66668888", "74108520", "741852963", "789456123", "7894561230",
    "789456123a", "87654321", "88886666", "987654321", "9876543210", "a1234567", "a12345678", "a123456789",
    "aa123456", "aa12345678", "aa123456789", "abc12345", "abc123456", "abc1234567", "abc123abc", "abcd1234",
    "abcd1234!", "abcd12345", "abcd123456", "abcdefg1", "abcdefg123", "abcdefgh", "admin123", "admin1234",
    "admin12345", "admin123456", "admin666", "admin888", "admin@123", "adminadmin", "administrator", "asd123456",
    "asdasdasd", "asdf1234", "asdfasdf", "asdfghjk", "asdfghjkl", "asdfghjkl;", "baseball", "basketball", "batman123",
    "blink182", "butterfly", "changeme", "changeme1", "changeme123", "charlie1", "charlotte", "chocolate",
    "christmas", "computer", "computer1", "corvette", "danielle", "default1", "diamond1", "dragon123", "einstein",
    "elephant", "facebook", "fkyou123", "football", "football1", "freedom1", "fuckyou1", "garfield", "gfhjkmgfhjkm",
    "guest123", "hello123", "hello1234", "helloworld", "iloveyou", "iloveyou1", "iloveyou123", "iloveyou2",
    "internet", "jennifer", "jessica1", "jordan123", "jordan23", "justin123", "leonardo", "letmein1", "letmein123",
    "liverpool", "liverpool1", "login123", "lovelove", "manchester", "marlboro", "maverick", "mercedes", "michael1",
    "michelle", "midnight", "monkey123", "mustang1", "mynoob123", "newpassword", "nicholas", "nothing1", "p@ssw0rd",
    "p@ssword", "pa$$w0rd", "pass1234", "pass12345", "passw0rd", "passw0rd!", "passw0rd1", "password", "password!",
    "password1", "password1!", "password12", "password123", "password1234", "password2", "password@123", "patricia",
    "pokemon1", "pokemon123", "princess", "princess1", "q1w2e3r4", "q1w2e3r4t5", "q1w2e3r4t5y6", "qazwsx123",
    "qazwsxedc", "qazwsxedcrfv", "qq123456", "qq123456789", "qqqq1111", "qwe123456", "qweasdzxc", "qwer1234",
    "qwert123", "qwert12345", "qwerty12", "qwerty123", "qwerty1234", "qwerty12345", "qwerty123456", "qwertyui",
    "qwertyuiop", "qwertyuiop123", "root1234", "root123456", "samantha", "samsung1", "secret123", "security",
    "shadow123", "spiderman", "startrek", "starwars", "starwars1", "student1", "sunshine", "sunshine1", "superman",
    "superman1", "superstar", "swordfish", "system123", "test1234", "test12345", "test123456", "testtest",
    "testtest1", "trustno1", "user1234", "user123456", "victoria", "wang1234", "wangyang", "warcraft", "welcome1",
    "welcome123", "welcome@123", "whatever", "whatever1", "william1", "wo123456", "woaini123", "woaini1314",
    "woaini520", "woaini521", "xiaoming", "zaq12wsx", "zaq1xsw2", "zaq1zaq1", "zhang123", "zxc123456", "zxcvbn123",
    "zxcvbnm,", "zxcvbnm1", "zxcvbnm123",
    // clang-format on
};
static_assert(std::is_sorted(std::begin(common), std::end(common)));

}  // namespace

bool is_common_password(std::string_view password) {
    return std::binary_search(std::begin(common), std::end(common), password);
}

}  // namespace yuanliu
