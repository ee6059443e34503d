/** Where the process that holds the folder listens: a Unix socket's path, or a loopback port with a token file. */
export type Address = string | number;

/** In the data folder, mode 0600; only there when the address is a port. */
export const TOKEN_FILE = "molva.token";
