import Foundation

/// An open file, closed with the last reference to it. Every read and write says where, so threads may share it.
final class DiskFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Nil if there is no such file. One that is made is readable by us alone; no child process inherits any.
    init?(_ path: String, _ flags: Int32) throws(VaultError) {
        let opened = open(path, flags | O_CLOEXEC, 0o600)
        if opened < 0 {
            if errno == ENOENT { return nil }
            if flags & O_ACCMODE == O_RDONLY { throw .unreadable(path: path, reason: Self.reason) }
            throw .unwritable(path: path, reason: Self.reason)
        }
        self.path = path
        descriptor = opened
    }

    deinit { close(descriptor) }

    func size() throws(VaultError) -> Int {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .unreadable(path: path, reason: Self.reason) }
        return Int(facts.st_size)
    }

    /// Fewer bytes than asked for only where the file ends.
    func read(_ count: Int, at offset: Int) throws(VaultError) -> Data {
        var data = Data(count: count)
        var done = 0
        while done < count {
            let got = data.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset + done))
            }
            if got == 0 { break }
            if got > 0 { done += got } else if errno != EINTR { throw .unreadable(path: path, reason: Self.reason) }
        }
        return done == count ? data : data.prefix(done)
    }

    func write(_ data: Data, at offset: Int) throws(VaultError) {
        var done = 0
        while done < data.count {
            let got = data.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + done, data.count - done, off_t(offset + done))
            }
            if got > 0 { done += got } else if errno != EINTR { throw .unwritable(path: path, reason: Self.reason) }
        }
    }

    /// Waits for the disk. Where it fails once, the kernel may have dropped what was written: never try again, write
    /// anew.
    func sync() throws(VaultError) {
        #if canImport(Darwin)
            let failed = fcntl(descriptor, F_FULLFSYNC) != 0 && fsync(descriptor) != 0
        #else
            let failed = fsync(descriptor) != 0
        #endif
        if failed { throw .unwritable(path: path, reason: Self.reason) }
    }

    /// `LOCK_SH`, `LOCK_EX` or `LOCK_UN`: waits for those who opened the same file and hold it. Closing it unlocks.
    func lock(_ kind: Int32) throws(VaultError) {
        while flock(descriptor, kind) != 0 {
            if errno != EINTR { throw .unreadable(path: path, reason: Self.reason) }
        }
    }

    /// A name that was given, changed or taken away in a folder is on the disk only after this.
    static func sync(folder: String) throws(VaultError) {
        try DiskFile(folder, O_RDONLY | O_DIRECTORY)?.sync()
    }

    /// Makes it and those above it, for us alone.
    static func make(folder: String) throws(VaultError) {
        let above = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        var made = mkdir(folder, 0o700)
        if made != 0, errno == ENOENT {
            try make(folder: above)
            made = mkdir(folder, 0o700)
        }
        if made == 0 { return try sync(folder: above) }
        guard errno == EEXIST else { throw .unwritable(path: folder, reason: reason) }
    }

    static func rename(_ path: String, to other: String) throws(VaultError) {
        guard Foundation.rename(path, other) == 0 else { throw .unwritable(path: other, reason: reason) }
    }

    /// One that is not there is as good as removed.
    static func remove(_ path: String) throws(VaultError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .unwritable(path: path, reason: reason) }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
