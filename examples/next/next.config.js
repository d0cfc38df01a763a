/** Node reads the package itself on the server, so that its modules are found beside it. */
module.exports = { serverExternalPackages: ['residua'] };
