/** A JSON-RPC message as the SDK hands it over, seen loosely. */
export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The SDK's `Transport` by shape, so that what implements it needs no import of the SDK. */
export interface PeerTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: never) => void;
  start(): Promise<void>;
  close(): Promise<void>;
  send(message: RpcMessage): Promise<void>;
  setProtocolVersion(version: string): void;
}
