# usage: awk -f check_sources.awk FLOORS FILE...   (from the repository's root)
# - An include stays in its folder or goes to a lower floor; between folders of one floor there is no circle, nor among files.
# - cli/ sees public headers only, public headers see public headers only.
# - Every included file of ours exists, and every public header and folder stands on a floor.
# - The library neither prints nor exits.
# - A file has at most 650 lines.

function complain(file, line, text) {
    printf "%s:%d: %s\n", file, line, text
    broken = 1
}

# The folder of the house that a file belongs to; "" for tests and benchmarks, which may include everything.
function folder_of(file,    part, n) {
    n = split(file, part, "/")
    if (part[1] == "src") return part[2]
    if (part[1] == "cli") return "cli"
    if (part[1] == "include") {
        sub(/\.h$/, "", part[n])
        return part[n] in owner ? owner[part[n]] : "?"
    }
    return ""
}

function place(file,    folder) {
    folder = home[file] = folder_of(file)
    if (folder == "?") complain(file, 1, "this public header stands on no floor: give it one in scripts/floors")
    else if (folder != "" && !(folder in floor)) complain(file, 1, "the folder " folder " has no floor: give it one in scripts/floors")
}

# The file of ours that an include means; "" where it is a system's or a library's header.
function target_of(file, name, quoted,    own, candidate) {
    if (!quoted) return name ~ /^nearsym\// ? "include/" name : ""
    own = file
    sub(/[^\/]*$/, "", own)
    candidate = "src/" name
    if (candidate in exists || !((own name) in exists)) return file ~ /^cli\// ? own name : candidate
    return own name
}

# What stands in a line outside texts and comments.
function code_of(text,    at, end) {
    gsub(/\\./, "", text)
    gsub(/"[^"]*"/, "\"\"", text)
    for (;;) {
        if (commented) {
            end = index(text, "*/")
            if (!end) return ""
            text = substr(text, end + 2)
            commented = 0
        }
        sub(/\/\/.*/, "", text)
        at = index(text, "/*")
        if (!at) return text
        end = index(substr(text, at + 2), "*/")
        if (!end) {
            commented = 1
            return substr(text, 1, at - 1)
        }
        text = substr(text, 1, at - 1) " " substr(text, at + end + 3)
    }
}

# An include of `to` by `from`: is its direction right?
function judge(from, line, to,    a, b) {
    if (from ~ /^include\// && to !~ /^include\//)
        return complain(from, line, "a public header includes only public headers, not " to)
    if (from ~ /^cli\// && to !~ /^(include|cli)\//)
        return complain(from, line, "the command line uses public headers only, not " to)
    a = home[from]
    b = home[to]
    if (a == "" || a == b || !(a in floor) || !(b in floor)) return
    if (floor[b] > floor[a])
        return complain(from, line, "climbs from floor " floor[a] " (" a ") to floor " floor[b] " (" b "): " to)
    if (floor[a] == floor[b]) link("folder " a, "folder " b, from ":" line)
}

function link(from, to, where) {
    if ((from, to) in linked) return
    linked[from, to] = where
    links[from] = links[from] SUBSEP to
    nodes[from] = 1
}

# Depth first; state 1: on the path, 2: done.
function visit(node, path,    next_nodes, n, i) {
    if (state[node] == 2) return
    if (state[node] == 1) {
        print "a circle of includes: " substr(path, index(path, node " -> ")) node
        broken = 1
        return
    }
    state[node] = 1
    n = split(links[node], next_nodes, SUBSEP)
    for (i = 2; i <= n; i++) visit(next_nodes[i], path node " -> ")
    state[node] = 2
}

BEGIN { for (i = 2; i < ARGC; i++) exists[ARGV[i]] = 1 }

FNR == 1 { files++ }

files == 1 {
    if ($0 ~ /^#/ || NF == 0) next
    floor[$1] = $2
    for (i = 3; i <= NF; i++) owner[$i] = $1
    next
}

FNR == 1 { commented = 0 }

FNR == 651 { complain(FILENAME, FNR, "a file has at most 650 lines") }

!commented && /^[ \t]*#[ \t]*include[ \t]*["<]/ {
    name = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
    quoted = substr(name, 1, 1) == "\""
    name = substr(name, 2)
    sub(/[">].*/, "", name)
    target = target_of(FILENAME, name, quoted)
    if (target != "" && FILENAME !~ /^(tests|bench)\//) {
        if (!(target in exists)) {
            complain(FILENAME, FNR, "there is no " target)
        } else {
            count++
            from[count] = FILENAME
            line[count] = FNR
            to[count] = target
        }
    }
}

{
    code = " " code_of($0)
    if (FILENAME ~ /^src\// && match(code, /[^A-Za-z0-9_](printf|vprintf|puts|putchar|perror|exit|_exit|_Exit|quick_exit|abort|assert)[ \t]*\(/))
        complain(FILENAME, FNR, "the library never prints and never exits: " substr(code, RSTART + 1, RLENGTH - 1) "...)")
    if (FILENAME ~ /^src\// && code ~ /[^A-Za-z0-9_]stderr[^A-Za-z0-9_]/)
        complain(FILENAME, FNR, "the library never prints: stderr is the program's")
}

END {
    for (i = 2; i < ARGC; i++) place(ARGV[i])
    for (i = 1; i <= count; i++) {
        judge(from[i], line[i], to[i])
        link(from[i], to[i], line[i])
    }
    for (node in nodes) visit(node, "")
    exit broken
}
