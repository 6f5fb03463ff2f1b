# What Debian's ruby-ami does with the manager interface; prints one JSON object of what it was told.
require 'json'
require 'digest'
require 'ruby_ami'
require 'timeout'

port = Integer(ARGV[0])
Celluloid.logger.level = Logger::FATAL
Celluloid.logger.define_singleton_method(:trace) { |*| }
RubyAMI::Stream.class_eval { def logger; Celluloid.logger; end }

events = Queue.new
open = lambda do |user, secret|
  stream = RubyAMI::Stream.new('127.0.0.1', port, user, secret, ->(event) { events << event }, Celluloid.logger)
  stream.async.run
  stream
end
wait = lambda do |name|
  Timeout.timeout(5) do
    each = events.pop until each.is_a?(RubyAMI::Event) && each.name == name
    each
  end
end

said = {}
stream = open.('admin', 's3cret')
wait.('FullyBooted')
said[:version] = stream.version
said[:ping] = stream.send_action('Ping')['Ping']
stream.send_action('UserEvent', 'UserEvent' => 'Hello', 'Who' => 'me')
said[:event] = wait.('UserEvent')['Who']
config = stream.send_action('GetConfig', 'Filename' => 'extensions.conf')
said[:config] = config.headers.select { |name, _| name.start_with?('Category-', 'Line-') }
said[:update] = stream.send_action(
  'UpdateConfig', 'SrcFilename' => 'extensions.conf', 'DstFilename' => 'extensions.conf',
  'Action-000000' => 'append', 'Cat-000000' => 'default', 'Var-000000' => 'exten', 'Value-000000' => '> 4,1,NoOp(ruby)'
).class.name
queued = stream.send_action(
  'Originate', 'Channel' => 'Local/wait@default', 'Application' => 'Wait', 'Data' => '30', 'Async' => 'true'
)['Message']
said[:originate] = [queued, wait.('OriginateResponse')['Response']]
said[:channels] = stream.send_action('CoreShowChannels').events.map(&:name)
stream.send_action('Hangup', 'Channel' => '/./')
said[:refused] = stream.send_action('NoSuch', {}, ->(error) {}).message
stream.terminate

# The library has no login of this kind; its actions do, on a connection without a user.
md5 = open.(nil, nil)
sleep 0.05 until md5.started?
challenge = md5.send_action('Challenge', 'AuthType' => 'MD5')['Challenge']
key = Digest::MD5.hexdigest("#{challenge}s3cret")
said[:md5] = md5.send_action('Login', 'AuthType' => 'MD5', 'Username' => 'admin', 'Key' => key)['Message']
md5.terminate
puts JSON.generate(said)
