/// A kept file cannot be read or written. Each says what to do; none holds anything of a file's content.
package enum VaultError: Error, Sendable, Equatable, CustomStringConvertible {
    case notThere(FileDigest)
    /// The id of the key that the file is wrapped with.
    case unknownKey(String)
    case damaged(FileDigest)
    case unwritable(path: String, reason: String)
    /// The disk refuses to be read, which says nothing about the file.
    case unreadable(path: String, reason: String)

    package var description: String {
        switch self {
        case .notThere(let digest):
            "no file \(digest) is kept here: restore it from a backup, or take out what refers to it"
        case .unknownKey(let id):
            "a kept file is encrypted with file key \(id), which is not among those configured: add that key to "
                + "files.keys"
        case .damaged(let digest):
            "the kept file \(digest) is not what was written: restore it from a backup, and look at the disk"
        case .unwritable(let path, let reason):
            "\(path) cannot be written: \(reason); see that its disk has room and its folder is the hotline's"
        case .unreadable(let path, let reason):
            "\(path) cannot be read: \(reason); see that it is the hotline's and its disk is sound"
        }
    }
}
