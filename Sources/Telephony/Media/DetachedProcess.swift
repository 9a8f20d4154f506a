import Foundation

/// A process that outlives us: in a session of its own, child of init, with none of our sockets.
enum DetachedProcess {
    /// `POSIX_SPAWN_SETSID`, which the Glibc module does not show.
    private static let newSession: Int16 = 0x80

    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// `posix_spawn_file_actions_addclosefrom_np`, in glibc since 2.34 and not in the Glibc module either.
    private static var closeFrom: CloseFrom? {
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map { unsafeBitCast($0, to: CloseFrom.self) }
    }

    /// Starts it and returns its pid. Its output goes to the end of `log`, files it makes are readable by us alone.
    ///
    /// A shell between us leaves the grandchild to init, so there is nothing for us to reap, whichever dies first.
    /// The new session keeps a terminal's SIGINT and a kill of our process group from it. Sockets are closed by number,
    /// or a hotline that died would leave its SIP port bound in rtpengine for as long as that lives.
    static func start(_ arguments: [String], log: String) throws -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var every = sigset_t()
        var none = sigset_t()
        sigfillset(&every)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &every)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | newSession)

        var pipeEnds: [Int32] = [0, 0]
        guard pipe(&pipeEnds) == 0 else { throw MediaError.notReady("no pipe") }
        defer { for end in pipeEnds where end >= 0 { close(end) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipeEnds[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        _ = closeFrom?(&actions, 3)

        let script = #"umask 077; "$@" </dev/null >/dev/null & echo $!"#
        var argv = (["/bin/sh", "-c", script, "sh"] + arguments).map { strdup($0) }
        argv.append(nil)
        defer { for text in argv { free(text) } }
        var shell: pid_t = 0
        guard posix_spawn(&shell, "/bin/sh", &actions, &attributes, argv, environ) == 0 else {
            throw MediaError.notReady("cannot start \(arguments.first ?? "")")
        }
        close(pipeEnds[1])
        pipeEnds[1] = -1
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = read(pipeEnds[0], &buffer, buffer.count)
        var status: Int32 = 0
        waitpid(shell, &status, 0)
        guard count > 0,
            let pid = Int32(String(decoding: buffer[..<count], as: UTF8.self).filter(\.isNumber)), pid > 1
        else { throw MediaError.notReady("cannot start \(arguments.first ?? "")") }
        return pid
    }

    /// What the process with that pid was started with; empty when it is gone or only waits to be reaped.
    static func arguments(of pid: Int32) -> [String] {
        guard pid > 1, let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return [] }
        return bytes.split(separator: 0, omittingEmptySubsequences: true).map { String(decoding: $0, as: UTF8.self) }
    }
}
