import type { Clock, Timer } from '../../platform/index.ts';
import {
  type AudioPayload,
  MediaError,
  type PlayOptions,
  type RecordOptions,
  type Remote,
  type RtpLegConfiguration,
  type RtpStats,
} from '../api.ts';
import type { FormatName } from '../codecs/formats.ts';
import { sampleRateOf } from '../codecs/pcm.ts';
import { decodeTo8k, MAX_FRAME_SAMPLES, Transcoder } from '../codecs/transcoder.ts';
import type { SoundLibrary } from '../files/sound-library.ts';
import { emptyRtpHeader, parseRtp } from '../rtp/packet.ts';
import { Reception } from '../rtp/reception.ts';
import { DigitReceiver } from '../rtp/telephone-event.ts';
import { DigitSender } from './digit-sender.ts';
import { Latch } from './latch.ts';
import { Player, type PlayerListener } from './player.ts';
import { QualityMonitor } from './quality-monitor.ts';
import { Recorder } from './recorder.ts';
import { RtpSender } from './sender.ts';
import { TICK_MS, type Ticked, type Ticker } from './ticker.ts';

/** Where a leg's datagrams go. */
export interface LegTransport {
  sendRtp(packet: Uint8Array, octets: number, to: Remote): void;
  sendRtcp(packet: Uint8Array, to: Remote): void;
}

/** What a leg tells. */
export interface LegListener {
  dtmfBegin(digit: string): void;
  dtmf(digit: string, durationMs: number): void;
  timeout(): void;
  stats(stats: RtpStats): void;
  remote(remote: Remote): void;
}

/** Where received audio goes: the bridge that the leg is in. */
export interface AudioSink {
  /** A frame as it came; `begins` at the first of a stream. The payload is good during the call only. */
  frame(
    from: LegNode,
    format: FormatName,
    payload: Uint8Array,
    timestamp: number,
    begins: boolean,
    now: number,
  ): void;
  /** A digit that was released. */
  digit(from: LegNode, digit: string, durationMs: number): void;
}

export interface LegSurroundings {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly library: SoundLibrary;
  readonly transport: LegTransport;
  readonly listener: LegListener;
  /** Milliseconds between reports; 0 for none. */
  readonly rtcpIntervalMs: number;
  /** Random numbers, unguessable where the network is not trusted (RFC 3550 §5.1): 32, 16 and 32 bits. */
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  /** Canonical name for RTCP, random too (RFC 7022). */
  readonly cname: string;
}

/** Comfort noise (RFC 3389): counted, not played. */
const COMFORT_NOISE = 13;
const header = emptyRtpHeader();
const linear = new Int16Array(MAX_FRAME_SAMPLES);
const idle: RtpLegConfiguration = { payloads: [] };

/** One call's RTP without its sockets: datagrams come in through `receiveRtp` and `receiveRtcp` and leave through the transport. */
export class LegNode implements Ticked {
  readonly #around: LegSurroundings;
  readonly #sender: RtpSender;
  readonly #reception = new Reception();
  readonly #latch = new Latch();
  readonly #digits: DigitReceiver;
  readonly #digitSender: DigitSender;
  readonly #quality: QualityMonitor;
  readonly #payloads: (AudioPayload | undefined)[] = new Array(128).fill(undefined);
  readonly #recorders = new Set<Recorder>();
  #configuration = idle;
  #transcoder = new Transcoder('ulaw');
  #sendTo: Remote | undefined;
  #rtcpTo: Remote | undefined;
  #clockRate = 8000;
  #receives = false;
  #sends = false;
  #echo = false;
  #sink: AudioSink | undefined;
  #player: Player | undefined;
  #discarded = 0;
  #rtpAt = -1;
  #silentSince = 0;
  #rtcpTimer: Timer | undefined;
  #timeoutTimer: Timer | undefined;
  #closed = false;

  constructor(around: LegSurroundings) {
    this.#around = around;
    this.#sender = new RtpSender(around.ssrc, around.sequence, around.timestamp, (packet, octets) => {
      if (this.#sendTo) around.transport.sendRtp(packet, octets, this.#sendTo);
    });
    this.#digitSender = new DigitSender(this.#sender);
    this.#quality = new QualityMonitor(this.#sender, this.#reception, around.cname);
    this.#digits = new DigitReceiver({
      begin: (digit) => {
        around.ticker.add(this);
        around.listener.dtmfBegin(digit);
      },
      end: (digit, durationMs) => {
        around.listener.dtmf(digit, durationMs);
        this.#sink?.digit(this, digit, durationMs);
      },
    });
  }

  /** Takes what an offer and its answer agreed on. */
  configure(configuration: RtpLegConfiguration): void {
    if (this.#closed) return;
    const direction = configuration.direction ?? 'sendrecv';
    this.#configuration = configuration;
    this.#receives = direction === 'sendrecv' || direction === 'recvonly';
    this.#payloads.fill(undefined);
    for (const payload of configuration.payloads) this.#payloads[payload.pt & 0x7f] = payload;

    const first = configuration.payloads[0];
    this.#sends = first !== undefined && (direction === 'sendrecv' || direction === 'sendonly');
    if (first) {
      const ptime = configuration.ptime ?? 20;
      this.#clockRate = sampleRateOf(first.format);
      this.#sender.configure({ payloadType: first.pt & 0x7f, format: first.format, ptime });
      this.#quality.configure(this.#clockRate);
      if (this.#transcoder.to !== first.format) this.#transcoder = new Transcoder(first.format);
    }
    const { remote } = configuration;
    this.#latch.announce(remote);
    this.#aim();
    if (this.#around.rtcpIntervalMs > 0) this.#rtcpTimer ??= this.#scheduleRtcp();
    this.#watchSilence();
  }

  receiveRtp(packet: Uint8Array, address: string, port: number): void {
    if (this.#closed) return;
    const now = this.#around.clock.monotonic();
    if (!parseRtp(packet, header)) {
      this.#discarded++;
      return;
    }
    const { payloadType, ssrc, sequence, timestamp, start, end } = header;
    const isEvent = payloadType === this.#configuration.dtmfPayload;
    const payload = this.#payloads[payloadType];
    if (payload === undefined && !isEvent && payloadType !== COMFORT_NOISE) {
      this.#discarded++;
      return;
    }
    const known = this.#latch.source;
    if (!this.#latch.accept(address, port, ssrc, sequence)) {
      this.#discarded++;
      return;
    }
    const moved = this.#latch.source !== known;
    if (moved) this.#latched();

    const clockRate = payload ? sampleRateOf(payload.format) : this.#clockRate;
    const begins = this.#reception.take(ssrc, sequence, timestamp, end - start, clockRate, now, !isEvent);
    this.#rtpAt = now;
    if (!this.#receives) return;
    if (isEvent) this.#digits.take(packet.subarray(start, end), timestamp, ssrc, clockRate, now);
    else if (payload)
      this.#heard(payload.format, packet.subarray(start, end), timestamp, clockRate, begins || moved, now);
  }

  receiveRtcp(packet: Uint8Array, address: string, port: number): void {
    if (this.#closed) return;
    // Reports steer nothing but numbers; still, only the host that sends the audio may tell them.
    const host = this.#latch.source?.address ?? this.#configuration.remote?.address;
    if (address !== host && address !== this.#rtcpTo?.address) return;
    const { clock, listener } = this.#around;
    if (!this.#quality.take(packet, clock.now(), clock.monotonic())) return;
    if (this.#configuration.symmetric === true && this.#rtcpTo?.port !== port)
      this.#rtcpTo = { address, port };
    listener.stats(this.stats());
  }

  echo(on: boolean): void {
    this.#echo = on;
  }

  /** The bridge that gets what is received; undefined for none. */
  set sink(sink: AudioSink | undefined) {
    this.#sink = sink;
  }

  get sink(): AudioSink | undefined {
    return this.#sink;
  }

  play(options: PlayOptions, listener: PlayerListener): Player {
    this.#player?.finish('replaced');
    const player = new Player(options, this.#around.library, this.#transcoder.to, listener);
    if (this.#closed) player.finish('closed');
    if (!player.over) {
      this.#player = player;
      this.#around.ticker.add(this);
    }
    return player;
  }

  record(options: RecordOptions): Recorder {
    const recorder = new Recorder(options);
    this.#recorders.add(recorder);
    this.#around.ticker.add(this);
    return recorder;
  }

  /** Fails with `bad-digits`, `not-configured` or `closed`. */
  sendDtmf(digits: string, durationMs: number, gapMs: number): Promise<void> {
    if (this.#closed) return Promise.reject(new MediaError('closed', 'the leg was closed'));
    if (this.#configuration === idle)
      return Promise.reject(new MediaError('not-configured', 'no codec was negotiated yet'));
    const sent = this.#digitSender.send(digits, durationMs, gapMs);
    if (this.#digitSender.busy) this.#around.ticker.add(this);
    return sent;
  }

  /** Sends on a frame that another leg received. */
  forward(format: FormatName, payload: Uint8Array, timestamp: number, begins: boolean, now: number): void {
    if (!this.#sends || this.#player !== undefined || this.#digitSender.pressing) return;
    this.#sender.forward(
      this.#transcoder.convert(format, payload),
      timestamp,
      sampleRateOf(format),
      begins,
      now,
    );
  }

  /** Sends a frame of linear samples at 8 kHz, from a mixer. */
  sendSamples(samples: Int16Array, now: number): void {
    if (!this.#sends || this.#player !== undefined || this.#digitSender.pressing) return;
    this.#sender.audio(this.#transcoder.encode(samples, samples.length, 8000), now);
  }

  tick(now: number): void {
    this.#digits.expire(now);
    if (this.#digitSender.busy) {
      const { dtmfPayload } = this.#configuration;
      if (this.#sends) this.#digitSender.tick(dtmfPayload, this.#transcoder, now);
      else this.#digitSender.cancel(new MediaError('not-configured', 'the call is on hold: nothing is sent'));
    }
    const player = this.#player;
    if (player) {
      const frame = player.frame(this.#transcoder);
      if (frame && this.#sends && !this.#digitSender.pressing) this.#sender.audio(frame, now);
      if (player.over && this.#player === player) this.#player = undefined;
    }
    for (const recorder of this.#recorders) {
      recorder.tick();
      if (recorder.over) this.#recorders.delete(recorder);
    }
    if (
      this.#player === undefined &&
      this.#recorders.size === 0 &&
      !this.#digits.pressed &&
      !this.#digitSender.busy
    )
      this.#around.ticker.remove(this);
  }

  stats(): RtpStats {
    const idleMs = this.#rtpAt < 0 ? -1 : Math.round(this.#around.clock.monotonic() - this.#rtpAt);
    return this.#quality.stats(this.#discarded, idleMs);
  }

  /** Ends everything that runs on the leg, says goodbye over RTCP, and tells the last numbers. */
  close(): RtpStats {
    if (this.#closed) return this.stats();
    this.#player?.finish('closed');
    this.#player = undefined;
    for (const recorder of this.#recorders) recorder.stop();
    this.#recorders.clear();
    this.#digitSender.cancel(new MediaError('closed', 'the leg was closed'));
    this.#sink = undefined;
    this.#rtcpTimer?.cancel();
    this.#timeoutTimer?.cancel();
    this.#around.ticker.remove(this);
    if (this.#configuration !== idle) this.#sendReport(true);
    this.#closed = true;
    return this.stats();
  }

  #heard(
    format: FormatName,
    payload: Uint8Array,
    timestamp: number,
    clockRate: number,
    begins: boolean,
    now: number,
  ): void {
    if (this.#recorders.size > 0) {
      const count = decodeTo8k(format, payload, linear);
      for (const recorder of this.#recorders) recorder.take(linear, count);
    }
    if (this.#sink) this.#sink.frame(this, format, payload, timestamp, begins, now);
    else if (this.#echo && this.#sends && this.#player === undefined && !this.#digitSender.pressing)
      this.#sender.forward(this.#transcoder.convert(format, payload), timestamp, clockRate, begins, now);
  }

  /** A source was believed: with symmetric RTP that is where to send. */
  #latched(): void {
    const { source } = this.#latch;
    const { symmetric, remote } = this.#configuration;
    if (symmetric !== true || source === undefined) return;
    this.#aim();
    if (source.address !== remote?.address || source.port !== remote.port)
      this.#around.listener.remote(source);
  }

  /** Works out where RTP and RTCP go. */
  #aim(): void {
    const { remote, rtcpAddress, rtcpPort, symmetric } = this.#configuration;
    const source = symmetric === true ? this.#latch.source : undefined;
    if (source && (source.address !== remote?.address || source.port !== remote.port)) {
      this.#sendTo = source;
      this.#rtcpTo = { address: source.address, port: Math.min(source.port + 1, 65_535) };
      return;
    }
    this.#sendTo = remote;
    this.#rtcpTo = remote && {
      address: rtcpAddress ?? remote.address,
      port: rtcpPort ?? Math.min(remote.port + 1, 65_535),
    };
  }

  #scheduleRtcp(): Timer {
    const { clock, rtcpIntervalMs } = this.#around;
    // RFC 3550 §6.2: spread over half to one and a half intervals, or calls that began together report together for ever.
    return clock.after(rtcpIntervalMs * (0.5 + Math.random()), () => {
      this.#rtcpTimer = this.#scheduleRtcp();
      if (this.#sender.packets > 0 || this.#reception.started) this.#sendReport(false);
    });
  }

  #sendReport(bye: boolean): void {
    const { clock, transport, listener } = this.#around;
    const packet = this.#quality.report(clock.now(), clock.monotonic(), bye);
    if (this.#rtcpTo) transport.sendRtcp(packet, this.#rtcpTo);
    if (!bye) listener.stats(this.stats());
  }

  #watchSilence(): void {
    this.#timeoutTimer?.cancel();
    this.#timeoutTimer = undefined;
    const limit = (this.#configuration.timeoutSeconds ?? 0) * 1000;
    if (limit <= 0 || !this.#receives) return;
    const { clock, listener } = this.#around;
    let told = false;
    this.#silentSince = clock.monotonic();
    const watch = (ms: number): void => {
      this.#timeoutTimer = clock.after(ms, () => {
        const now = clock.monotonic();
        if (this.#rtpAt > this.#silentSince) {
          this.#silentSince = this.#rtpAt;
          told = false;
        }
        const left = this.#silentSince + limit - now;
        if (left <= 0 && !told) {
          told = true;
          listener.timeout();
        }
        watch(left > 0 ? Math.max(left, TICK_MS) : limit);
      });
    };
    watch(limit);
  }
}
