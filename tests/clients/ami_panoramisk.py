"""What Debian's python3-panoramisk does with the manager interface; prints one JSON object of what it was told."""
import asyncio
import hashlib
import json
import sys

from panoramisk import Manager

PORT = int(sys.argv[1])


async def plain():
    heard = asyncio.get_running_loop().create_future()
    manager = Manager(host="127.0.0.1", port=PORT, username="admin", secret="s3cret", ping_delay=60)

    @manager.register_event("UserEvent")
    def user_event(_manager, message):
        if not heard.done():
            heard.set_result(message.who)

    await manager.connect()
    await asyncio.sleep(0)
    login = await manager.authenticated_future
    said = {"login": login.success}
    said["ping"] = (await manager.send_action({"Action": "Ping"})).ping
    command = await manager.send_command("core show uptime")
    said["command"] = command.output
    await manager.send_action({"Action": "UserEvent", "UserEvent": "Hello", "Who": "me"})
    said["event"] = await asyncio.wait_for(heard, 5)
    config = await manager.send_action({"Action": "GetConfig", "Filename": "extensions.conf"})
    said["config"] = {name: value for name, value in config.items() if name.startswith(("Category-", "Line-"))}
    update = {
        "Action": "UpdateConfig",
        "SrcFilename": "extensions.conf",
        "DstFilename": "extensions.conf",
        "Action-000000": "append",
        "Cat-000000": "default",
        "Var-000000": "exten",
        "Value-000000": "> 2,1,NoOp(python)",
    }
    said["update"] = (await manager.send_action(update)).success
    call = {"Action": "Originate", "Channel": "Local/wait@default", "Application": "Wait", "Data": "30", "Async": "true"}
    answers = await manager.send_action(call)
    said["originate"] = [each.message or each.response for each in answers]
    channels = await manager.send_action({"Action": "CoreShowChannels"})
    said["channels"] = [each.event for each in channels if each.event]
    await manager.send_action({"Action": "Hangup", "Channel": "/./"})
    refused = await manager.send_action({"Action": "GetConfig", "Filename": "../secret"})
    said["refused"] = refused.message
    manager.close()
    return said


async def md5(secret):
    """The library has no login of this kind; its actions do."""
    manager = Manager(host="127.0.0.1", port=PORT, ping_delay=60)
    await manager.connect()
    await asyncio.sleep(0)
    challenge = await manager.send_action({"Action": "Challenge", "AuthType": "MD5"})
    key = hashlib.md5((challenge.challenge + secret).encode()).hexdigest()
    login = {"Action": "Login", "AuthType": "MD5", "Username": "admin", "Key": key}
    answer = await manager.send_action(login)
    manager.close()
    return answer.message


async def main():
    said = {
        "plain": await asyncio.wait_for(plain(), 15),
        "md5": await asyncio.wait_for(md5("s3cret"), 15),
        "wrong": await asyncio.wait_for(md5("wrong"), 15),
    }
    print(json.dumps(said))


asyncio.run(main())
