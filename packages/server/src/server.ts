import { HttpDoor } from './doors/http/http-door.ts';
import { Listener } from './doors/listener.ts';
import { NativeDoor } from './doors/native/native-door.ts';
import { isLoopback } from './doors/peer-address.ts';
import { type Certificates, openCertificates } from './doors/tls/certificates.ts';
import { automaticRuns } from './engine/automation/automatic-runs.ts';
import { Engine } from './engine/engine.ts';
import { type Host, systemHost } from './host.ts';
import { LONG_READS_PREPARED_AFTER_MS } from './limits.ts';
import type { AuditDraft } from './observability/audit/audit-entry.ts';
import { type Logger, openLog } from './observability/log.ts';
import type { Gauge } from './observability/metrics/gauges.ts';
import type { Metrics } from './observability/metrics/metrics.ts';
import { ReadinessCheck } from './observability/readiness.ts';
import { requireAccessRules } from './runner/access-rules.ts';
import type { Admission } from './runner/admission/admission.ts';
import { Runner } from './runner/runner.ts';
import type { FirstAdmin } from './security/security.ts';
import type { Settings } from './settings.ts';
import { SERVER_VERSION } from './version.ts';

/** A server that answers. */
export interface RunningServer {
  /** The port it listens on, also when the settings left the choice to the system. */
  readonly port: number;
  readonly engine: Engine;
  /** The administrator's password when this start made it up: it is shown once and kept nowhere. */
  readonly firstAdminPassword: string | undefined;
  /** Reads again what may change while it runs: the certificates. */
  reload(): void;
  /** Finishes what is under way, then closes everything. May be called again. */
  close(): Promise<void>;
}

/**
 * Opens the data and listens.
 *
 * @example
 * const server = await startServer(resolveSettings({ flags: { port: 0, dataDir: './data' } }));
 * await server.close();
 */
export async function startServer(settings: Settings, host: Host = systemHost()): Promise<RunningServer> {
  requireAccessRules();
  const log = openLog(settings.logLevel);
  const certificates = openCertificates(settings, log);
  const engine = await Engine.open({ dataDir: settings.dataDir, settings, log }, host).catch((error: unknown) => {
    certificates?.close();
    throw error;
  });
  const doors = new Doors(engine, { settings, host, log, certificates });
  try {
    const port = await doors.listen();
    // After the port is ours: a start that fails on it must not have used up the one showing of a password.
    if (engine.security.accounts.isEmpty) await engine.audit.append(FIRST_START, { outcome: 'begun' });
    const admin = await engine.security.ensureAdmin(settings.adminPassword);
    tellAboutAdmin(log, admin);
    doors.open();
    engine.automation.start(automaticRuns(engine), (fields, message) => log.warn(fields, message));
    log.info({ port, host: settings.host, version: SERVER_VERSION }, 'listening');
    warnOfPlaintext(log, settings);
    // Not at once: whoever waits for the start is answered first.
    const prepared = setTimeout(() => engine.prepareLongReads(), LONG_READS_PREPARED_AFTER_MS).unref();
    let closing: Promise<void> | undefined;
    const close = async () => {
      clearTimeout(prepared);
      await doors.close();
      await engine.close();
      log.info('stopped');
    };
    return {
      port,
      engine,
      firstAdminPassword: admin.made ? admin.generatedPassword : undefined,
      reload: () => doors.reload(),
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await doors.close();
    await engine.close();
    throw error;
  }
}

interface DoorParts {
  readonly settings: Settings;
  readonly host: Host;
  readonly log: Logger;
  readonly certificates: Certificates | undefined;
}

/** The port and what stands behind it. */
class Doors {
  readonly #native: NativeDoor;
  readonly #http: HttpDoor;
  readonly #listener: Listener;
  readonly #certificates: Certificates | undefined;
  readonly #admission: Admission;
  readonly #settings: Settings;
  readonly #readiness: ReadinessCheck;
  #metrics: Promise<Metrics> | undefined;
  #isOpen = false;
  /** Sockets that came between listening and opening. */
  readonly #early: (() => void)[] = [];

  constructor(engine: Engine, parts: DoorParts) {
    const { settings, host, log, certificates } = parts;
    this.#settings = settings;
    this.#certificates = certificates;
    this.#readiness = new ReadinessCheck(engine);
    const runner = new Runner(engine, log);
    this.#admission = runner.admission;
    this.#native = new NativeDoor(runner, settings);
    this.#http = new HttpDoor({
      runner,
      readiness: () => this.#readiness.check(),
      metrics: () => this.#openMetrics(runner),
    });
    this.#listener = new Listener({
      settings,
      host,
      certificates,
      doors: {
        native: (socket, rest) => this.#admit(() => this.#native.open(socket, rest)),
        http: (socket, rest) => this.#admit(() => this.#http.open(socket, rest)),
      },
      sweep: (nowMs) => this.#native.sweep(nowMs),
    });
    engine.gauges.add(...this.#gauges());
  }

  /** What the doors tell about themselves. */
  #gauges(): Gauge[] {
    return [
      { name: 'cairn_connections', help: 'Open connections.', kind: 'gauge', read: () => this.#listener.connections },
      {
        name: 'cairn_native_connections',
        help: 'Open connections that speak the native protocol.',
        kind: 'gauge',
        read: () => this.#native.connections,
      },
      {
        name: 'cairn_overload_share',
        help: 'Share of the requests that is turned away because everything waits, 0 to 1.',
        kind: 'gauge',
        read: () => this.#admission.gauge.share,
      },
    ];
  }

  /** Takes the port. Who connects now waits for `open`. */
  listen(): Promise<number> {
    return this.#listener.listen();
  }

  reload(): void {
    this.#certificates?.reload();
  }

  open(): void {
    this.#readiness.phase = 'open';
    this.#admission.start();
    this.#isOpen = true;
    for (const admit of this.#early.splice(0)) admit();
  }

  #admit(enter: () => void): void {
    if (this.#isOpen) enter();
    else this.#early.push(enter);
  }

  async close(): Promise<void> {
    this.#readiness.phase = 'stopping';
    this.#certificates?.close();
    this.#admission.stop();
    const closed = this.#listener.close(this.#settings.drainTimeoutMs);
    this.#native.drain();
    await this.#http.close();
    await closed;
  }

  #openMetrics(runner: Runner): Promise<Metrics> {
    const { activity, gauges, storageMeter: storage } = runner.engine;
    this.#metrics ??= import('./observability/metrics/metrics.ts').then(({ openMetrics }) =>
      openMetrics({ activity, gauges, storage }),
    );
    return this.#metrics;
  }
}

/** What leaves the machine unencrypted can be read on the way, passwords first. */
function warnOfPlaintext(log: Logger, { host, tlsCert, tlsRequired }: Settings): void {
  if (isLoopback(host) || host === 'localhost' || tlsRequired) return;
  if (tlsCert === undefined) log.warn({ host }, 'reachable from other machines, and nothing on the way is encrypted');
  else log.warn({ host }, 'reachable from other machines, also without TLS: set tlsRequired to turn those away');
}

const FIRST_START: AuditDraft = {
  ...{ action: 'first_start', user: null, address: '', door: 'inside', database: null },
  details: { username: 'admin' },
};

function tellAboutAdmin(log: Logger, admin: FirstAdmin): void {
  if (!admin.made) return;
  log.info({ user: 'admin' }, 'first start: the user admin was made');
  if (admin.weakness !== undefined)
    log.warn(`the password of admin ${admin.weakness}; change it before anybody else can connect`);
}
