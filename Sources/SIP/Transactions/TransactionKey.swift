/// What names a transaction among those of its side.
///
/// A server transaction is matched by branch, sent-by and method, an ACK counting as its INVITE (RFC 3261 §17.2.3). A
/// branch without the magic cookie names nothing by itself, so Call-ID, sequence and From tag stand beside it. A client
/// transaction's branch is ours, and the method separates an INVITE from its CANCEL (§17.1.3).
package struct TransactionKey: Hashable, Sendable {
    private let branch: String
    private let sentBy: String
    private let method: Method
    private let elder: String

    package init(serverSideOf request: Request, as method: Method? = nil) {
        let via = request.vias[0]
        branch = via.branch ?? ""
        sentBy = via.sentBy
        self.method = method ?? (request.method == .ack ? .invite : request.method)
        elder =
            branch.hasPrefix(Via.magicCookie)
            ? "" : "\(request.callID) \(request.sequence) \(request.from.tag ?? "")"
    }

    package init(clientSideWith branch: String, _ method: Method) {
        self.branch = branch
        sentBy = ""
        self.method = method
        elder = ""
    }
}
