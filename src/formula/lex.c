/* lex: characters to tokens. Matching brackets is brackets.c. Layer formula.
 */
#include "formula/lex_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    mg_problems *problems;
    const mg_source *source;
    mg_tokens *tokens;
    mg_spot at; /* the next character */
    bool stop;  /* the text is not a formula file at all */
} lexer;

static mg_status add(lexer *l, mg_token_kind kind, mg_spot at, uint32_t end,
                     mg_token **out)
{
    mg_tokens *const tokens = l->tokens;
    MG_TRY(mg_grow(l->problems->arena->ctx, &tokens->item, &tokens->capacity,
                   tokens->n + 1, sizeof(mg_token)));
    mg_token *const token = &tokens->item[tokens->n++];
    *token = (mg_token){.kind = kind, .at = at, .end = end};
    if (out)
        *out = token;
    return MG_OK;
}

static size_t left(const lexer *l)
{
    return l->source->length - l->at.offset;
}

static const char *here(const lexer *l)
{
    return l->source->text + l->at.offset;
}

/* Steps over n ASCII characters of one line. */
static void skip(lexer *l, size_t n)
{
    l->at.offset += (uint32_t)n;
    l->at.column += (int)n;
}

static mg_span span_to(const lexer *l, mg_spot at)
{
    return (mg_span){l->source, at.offset, l->at.offset, at};
}

/* Steps over one character, or one byte that is none. */
static void skip_character(lexer *l)
{
    uint32_t code;
    const size_t n = mg_utf8_decode(here(l), left(l), &code);
    l->at.offset += n ? (uint32_t)n : 1;
    l->at.column++;
}

/* ---- Names ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Steps over letters and digits. */
static void skip_word(lexer *l)
{
    uint32_t code;
    while (left(l) > 0) {
        const size_t n = mg_utf8_decode(here(l), left(l), &code);
        if (n == 0 ||
            !(mg_is_letter(code) || code == '_' || is_digit(*here(l))))
            return;
        l->at.offset += (uint32_t)n;
        l->at.column++;
    }
}

/* Whether a `.` and more of a path follow. */
static bool path_goes_on(const lexer *l)
{
    uint32_t code;
    if (left(l) < 2 || *here(l) != '.')
        return false;
    if (is_digit(here(l)[1]))
        return true;
    return mg_utf8_decode(here(l) + 1, left(l) - 1, &code) > 0 &&
           mg_is_letter(code);
}

static const struct {
    const char *word;
    mg_token_kind kind;
} reserved[] = {
    {"if", MG_TOKEN_IF},   {"else", MG_TOKEN_ELSE}, {"and", MG_TOKEN_AND},
    {"or", MG_TOKEN_OR},   {"not", MG_TOKEN_NOT},   {"true", MG_TOKEN_TRUE},
    {"inf", MG_TOKEN_INF}, {"pi", MG_TOKEN_PI},     {"false", MG_TOKEN_FALSE},
};

static mg_status lex_name(lexer *l)
{
    mg_token *token;
    const mg_spot at = l->at;
    skip_word(l);
    while (path_goes_on(l)) {
        skip(l, 1);
        skip_word(l);
    }
    const size_t length = l->at.offset - at.offset;
    const char *const name = mg_arena_string(
        l->problems->arena, l->source->text + at.offset, length);
    if (!name)
        return MG_NO_MEMORY;
    MG_TRY(add(l, MG_TOKEN_NAME, at, l->at.offset, &token));
    token->as.name = name;
    for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
        if (!strcmp(name, reserved[i].word))
            token->kind = reserved[i].kind;
    }
    return MG_OK;
}

/* The bytes of a pattern of paths behind the word `optimiser`, where a = and
 * no == follows: `optimiser *.b = ..`. No formula can look so. */
static size_t measure_pattern(const lexer *l)
{
    const char *const text = here(l);
    uint32_t code;
    size_t n = 0, end;
    while (n < left(l)) {
        const size_t bytes = mg_utf8_decode(text + n, left(l) - n, &code);
        const bool inner = strchr("*._", text[n]) || is_digit(text[n]);
        if (bytes == 0 || text[n] == 0 || !(inner || mg_is_letter(code)))
            break;
        n += bytes;
    }
    for (end = n; end < left(l) && (text[end] == ' ' || text[end] == '\t');)
        end++;
    const bool assigned = end < left(l) && text[end] == '=' &&
                          !(end + 1 < left(l) && text[end + 1] == '=');
    return assigned ? n : 0;
}

static bool follows_optimiser(const lexer *l)
{
    const mg_tokens *const tokens = l->tokens;
    const mg_token *const last =
        tokens->n ? &tokens->item[tokens->n - 1] : NULL;
    return last && last->kind == MG_TOKEN_NAME && last->end < l->at.offset &&
           !strcmp(last->as.name, "optimiser");
}

static mg_status lex_pattern(lexer *l, size_t length)
{
    mg_token *token;
    const mg_spot at = l->at;
    const char *const text =
        mg_arena_string(l->problems->arena, here(l), length);
    if (!text)
        return MG_NO_MEMORY;
    while (l->at.offset < at.offset + length)
        skip_character(l);
    MG_TRY(add(l, MG_TOKEN_PATTERN, at, l->at.offset, &token));
    token->as.name = text;
    return MG_OK;
}

/* ---- Numbers ---- */

static size_t count_digits(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && is_digit(text[n]))
        n++;
    return n;
}

/* The bytes of a number; *whole: it has neither point nor exponent. */
static size_t measure_number(const char *text, size_t length, bool *whole)
{
    size_t n = count_digits(text, length);
    *whole = true;
    if (n < length && text[n] == '.') {
        *whole = false;
        n++;
        n += count_digits(text + n, length - n);
    }
    if (n < length && (text[n] == 'e' || text[n] == 'E')) {
        size_t sign = n + 1;
        if (sign < length && (text[sign] == '+' || text[sign] == '-'))
            sign++;
        const size_t digits = count_digits(text + sign, length - sign);
        if (digits > 0) {
            *whole = false;
            n = sign + digits;
        }
    }
    return n;
}

/* Text directly behind a number, as in 2x or 1.2.3. */
static bool runs_into_word(const lexer *l)
{
    uint32_t code;
    if (left(l) == 0)
        return false;
    return *here(l) == '.' ||
           (mg_utf8_decode(here(l), left(l), &code) && mg_is_letter(code));
}

static mg_status refuse_number(lexer *l, mg_spot at, size_t length)
{
    const char *const text = l->source->text + at.offset;
    const int shown = length > 40 ? 40 : (int)length;
    while (left(l) > 0 && (*here(l) == '.' || runs_into_word(l))) {
        const uint32_t before = l->at.offset;
        skip(l, *here(l) == '.');
        skip_word(l);
        if (l->at.offset == before)
            break;
    }
    const char *const word = text + length;
    const int rest = (int)(l->at.offset - at.offset - length);
    mg_problem *const problem =
        mg_problem_add(l->problems, span_to(l, at), "`%.*s` runs into `%.*s`",
                       shown, text, rest > 40 ? 40 : rest, word);
    if (*word != '.')
        mg_problem_help(l->problems, problem,
                        "a product is written %.*s * %.*s", shown, text,
                        rest > 40 ? 40 : rest, word);
    return add(l, MG_TOKEN_ERROR, at, l->at.offset, NULL);
}

static mg_status lex_number(lexer *l)
{
    const mg_spot at = l->at;
    bool whole, fits;
    mg_token *token;
    int64_t integer = 0;
    double real = 0;
    const char *const text = here(l);
    const size_t length = measure_number(text, left(l), &whole);
    skip(l, length);
    if (runs_into_word(l))
        return refuse_number(l, at, length);
    if (whole)
        fits = mg_parse_int(text, length, &integer) == length;
    else /* a point without digits behind it is dropped */
        fits = mg_parse_real(text, length, &real) > 0 && real <= 1e308;
    if (!fits) {
        mg_problem_add(l->problems, span_to(l, at),
                       whole ? "%.*s is too large for an integer (below 2^63)"
                             : "%.*s is too large for a number",
                       length > 40 ? 40 : (int)length, text);
        return add(l, MG_TOKEN_ERROR, at, l->at.offset, NULL);
    }
    MG_TRY(add(l, whole ? MG_TOKEN_INTEGER : MG_TOKEN_REAL, at, l->at.offset,
               &token));
    if (whole)
        token->as.integer = integer;
    else
        token->as.real = real;
    return MG_OK;
}

/* ---- Signs ---- */

/* The longest first. */
static const struct {
    const char *text;
    mg_token_kind kind;
} signs[] = {
    {"//", MG_TOKEN_FLOOR_DIVIDE},  {"==", MG_TOKEN_EQUAL},
    {"!=", MG_TOKEN_NOT_EQUAL},     {"<=", MG_TOKEN_LESS_EQUAL},
    {">=", MG_TOKEN_GREATER_EQUAL}, {":=", MG_TOKEN_UPDATE},
    {"->", MG_TOKEN_ARROW},         {"+", MG_TOKEN_PLUS},
    {"-", MG_TOKEN_MINUS},          {"*", MG_TOKEN_TIMES},
    {"/", MG_TOKEN_DIVIDE},         {"%", MG_TOKEN_MODULO},
    {"^", MG_TOKEN_POWER},          {"@", MG_TOKEN_MATMUL},
    {"'", MG_TOKEN_TRANSPOSE},      {"<", MG_TOKEN_LESS},
    {">", MG_TOKEN_GREATER},        {"=", MG_TOKEN_ASSIGN},
    {"~", MG_TOKEN_TILDE},          {":", MG_TOKEN_COLON},
    {",", MG_TOKEN_COMMA},          {"(", MG_TOKEN_LEFT_PAREN},
    {")", MG_TOKEN_RIGHT_PAREN},    {"[", MG_TOKEN_LEFT_BRACKET},
    {"]", MG_TOKEN_RIGHT_BRACKET},  {"{", MG_TOKEN_LEFT_BRACE},
    {"}", MG_TOKEN_RIGHT_BRACE},    {";", MG_TOKEN_NEWLINE},
};

/* What people write out of habit, and what is written here. */
static const struct {
    const char *text, *help;
} habits[] = {
    {"**", "a power is written with ^"},
    {"&&", "write `and`"},
    {"||", "write `or`"},
    {"!", "write `not`"},
    {"\"", "text in quotes has no meaning here"},
    {"−", "write the ASCII minus, -"},
    {"·", "write *"},
    {"×", "write * or @"},
    {"’", "a transpose is written with the ASCII apostrophe, '"},
    {"\xC2\xA0", "this blank is a no-break space; write a plain one"},
    {"µ", "this is the micro sign; the Greek letter is μ"},
};

static bool starts_with(const lexer *l, const char *text)
{
    const size_t length = strlen(text);
    return left(l) >= length && !memcmp(here(l), text, length);
}

/* Up to the closing quote, if it stands on the same line. */
static void skip_quoted(lexer *l)
{
    const lexer before = *l;
    while (left(l) > 0 && *here(l) != '"' && (unsigned char)*here(l) >= ' ')
        skip_character(l);
    if (left(l) > 0 && *here(l) == '"')
        skip(l, 1);
    else
        *l = before;
}

/* What a character that stands in no list was probably meant for. */
static const char *guess_help(const lexer *l, uint32_t code)
{
    const bool digit = left(l) > 1 && here(l)[1] >= '0' && here(l)[1] <= '9';
    if (code == '.' && digit)
        return "a number begins with a digit: 0.5";
    if (code == '.')
        return "a path, h.dense.W, is written without blanks";
    if (code == '_')
        return "a name begins with a letter";
    if (code >= 0xC0)
        return "names are made of ASCII and Greek letters, digits and _";
    return NULL;
}

static mg_status lex_unknown(lexer *l)
{
    const mg_spot at = l->at;
    uint32_t code = 0;
    const char *help = NULL;
    size_t n = mg_utf8_decode(here(l), left(l), &code);
    for (size_t i = 0; !help && i < sizeof(habits) / sizeof(*habits); i++) {
        if (starts_with(l, habits[i].text)) {
            help = habits[i].help;
            n = code < 0x80 ? strlen(habits[i].text) : n;
        }
    }
    const char *const text = here(l);
    if (!help)
        help = guess_help(l, code);
    l->at.offset += (uint32_t)n;
    l->at.column += code < 0x80 ? (int)n : 1;
    if (code == '"')
        skip_quoted(l);
    mg_problem *problem;
    if (code < 0x20 || (code >= 0x7F && code < 0xA0))
        problem = mg_problem_add(l->problems, span_to(l, at),
                                 "a control character (code %u) in the text",
                                 (unsigned)code);
    else
        problem = mg_problem_add(l->problems, span_to(l, at),
                                 "`%.*s` is no character of the language",
                                 (int)n, text);
    if (help)
        mg_problem_help(l->problems, problem, "%s", help);
    return add(l, MG_TOKEN_ERROR, at, l->at.offset, NULL);
}

static mg_status lex_sign(lexer *l)
{
    const mg_spot at = l->at;
    for (size_t i = 0; i < sizeof(habits) / sizeof(*habits); i++) {
        if (starts_with(l, habits[i].text) && !starts_with(l, "!="))
            return lex_unknown(l);
    }
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        if (starts_with(l, signs[i].text)) {
            skip(l, strlen(signs[i].text));
            return add(l, signs[i].kind, at, l->at.offset, NULL);
        }
    }
    return lex_unknown(l);
}

/* ---- The whole ---- */

static void refuse_bytes(lexer *l)
{
    const unsigned char byte = (unsigned char)*here(l);
    const mg_spot at = l->at;
    l->at.offset++;
    if (byte == 0)
        mg_problem_add(l->problems, span_to(l, at),
                       "a byte of value 0: this is not a text file");
    else
        mg_problem_add(l->problems, span_to(l, at),
                       "byte 0x%02X: this is not UTF-8 text", byte);
    l->stop = true;
}

static void skip_comment(lexer *l)
{
    uint32_t code;
    while (left(l) > 0 && *here(l) != '\n' && *here(l) != 0) {
        const size_t n = mg_utf8_decode(here(l), left(l), &code);
        if (n == 0)
            return; /* reported as the next token */
        l->at.offset += (uint32_t)n;
        l->at.column++;
    }
}

static mg_status lex_one(lexer *l)
{
    uint32_t code = 0;
    const char c = *here(l);
    if (c == ' ' || c == '\t' || c == '\r') {
        skip(l, 1);
        return MG_OK;
    }
    if (c == '#') {
        skip_comment(l);
        return MG_OK;
    }
    if (c == '\n') {
        const mg_spot at = l->at;
        l->at = (mg_spot){at.offset + 1, at.line + 1, 1};
        return add(l, MG_TOKEN_NEWLINE, at, at.offset + 1, NULL);
    }
    if (c == 0 || !mg_utf8_decode(here(l), left(l), &code)) {
        refuse_bytes(l);
        return MG_OK;
    }
    const size_t pattern = follows_optimiser(l) ? measure_pattern(l) : 0;
    if (pattern > 0)
        return lex_pattern(l, pattern);
    if (mg_is_letter(code))
        return lex_name(l);
    return is_digit(c) ? lex_number(l) : lex_sign(l);
}

mg_status mg_lex(mg_problems *problems, const mg_source *source, mg_tokens *out)
{
    lexer l = {.problems = problems, .source = source, .tokens = out};
    l.at = (mg_spot){0, 1, 1};
    *out = (mg_tokens){0};
    if (source->length > MG_SOURCE_LIMIT) {
        mg_problem_add(problems, (mg_span){source, 0, 0, l.at},
                       "a formula file of more than %u bytes", MG_SOURCE_LIMIT);
        return add(&l, MG_TOKEN_END, l.at, 0, NULL);
    }
    if (source->length >= 3 && !memcmp(source->text, "\xEF\xBB\xBF", 3))
        l.at.offset = 3; /* a byte order mark */
    while (left(&l) > 0 && !l.stop)
        MG_TRY(lex_one(&l));
    MG_TRY(add(&l, MG_TOKEN_END, l.at, l.at.offset, NULL));
    if (l.stop) {
        out->n = 0;
        return add(&l, MG_TOKEN_END, l.at, l.at.offset, NULL);
    }
    return mg_match_brackets(problems, source, out);
}

void mg_tokens_clear(mg_ctx *ctx, mg_tokens *tokens)
{
    mg_free(ctx, tokens->item);
    *tokens = (mg_tokens){0};
}

bool mg_token_is_reserved(mg_token_kind kind)
{
    return kind >= MG_TOKEN_IF && kind <= MG_TOKEN_PI;
}

const char *mg_token_name(mg_token_kind kind)
{
    static const char *const names[] = {
        [MG_TOKEN_END] = "the end of the file",
        [MG_TOKEN_NEWLINE] = "the end of the line",
        [MG_TOKEN_NAME] = "a name",
        [MG_TOKEN_PATTERN] = "a pattern of paths",
        [MG_TOKEN_INTEGER] = "a number",
        [MG_TOKEN_REAL] = "a number",
    };
    const size_t n = sizeof(names) / sizeof(*names);
    for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
        if (reserved[i].kind == kind)
            return reserved[i].word;
    }
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        if (signs[i].kind == kind && kind != MG_TOKEN_NEWLINE)
            return signs[i].text;
    }
    return (size_t)kind < n && names[kind] ? names[kind] : "this";
}
